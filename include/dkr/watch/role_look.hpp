#pragma once

#include <chrono>
#include <functional>
#include <optional>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/base/time.hpp"
#include "dkr/core/node/state_note.hpp"
#include "dkr/core/node/storage.hpp"
#include "dkr/core/settings/settings.hpp"
#include "dkr/core/view/group_view.hpp"
#include "dkr/group/look_report.hpp"
#include "dkr/watch/background_job.hpp"

namespace dkr {

/// Has the role of a running node looked at, and put right, in a process of its own: every
/// calm_look_interval while all is well, else more often.
class RoleLook {
 public:
  /// What does not change from one look to the next.
  struct Subject {
    const Settings& settings;
    const Endpoint& server;  ///< as this container reaches it
    const Storage& storage;  ///< where it keeps its data
  };

  /// `done` is called after each look that has succeeded.
  RoleLook(event_base& loop, const Subject& subject, std::function<void()> done);

  /// Starts a look when one is due and none is under way. `in_place`: the node is what the
  /// sentinels take it for.
  void start_if_due(const NodeView& own, const StateNote& note, bool in_place, TimePoint now);

  /// Gives up on a look that has been under way for longer.
  void end_after(std::chrono::milliseconds limit, TimePoint now) { job_.end_after(limit, now); }

  /// Whether one has succeeded.
  [[nodiscard]] bool looked() const { return report_.found.has_value(); }
  /// What the newest one has found.
  [[nodiscard]] const LookReport& report() const { return report_; }

 private:
  void take(const std::optional<LookReport>& report, TimePoint now);

  Subject subject_;
  std::function<void()> done_;
  LookReport report_;
  TimePoint found_since_{};  ///< since when all reports have found the same case
  std::optional<TimePoint> looked_at_;
  std::chrono::milliseconds pause_;  ///< before the next look while not all is well
  BackgroundJob job_;
};

}  // namespace dkr
