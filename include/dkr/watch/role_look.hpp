#pragma once

#include <chrono>
#include <functional>
#include <optional>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/base/time.hpp"
#include "dkr/core/decide/held_back.hpp"
#include "dkr/core/decide/running_role.hpp"
#include "dkr/core/node/state_note.hpp"
#include "dkr/core/node/storage.hpp"
#include "dkr/core/settings/settings.hpp"
#include "dkr/core/view/group_view.hpp"
#include "dkr/group/look_report.hpp"
#include "dkr/watch/background_job.hpp"

namespace dkr {

/// Has the role of a running node checked and corrected in a child process: every
/// calm_look_interval while all is well, else more often.
class RoleLook {
 public:
  /// What stays the same from look to look.
  struct Subject {
    const Settings& settings;
    const Endpoint& server;  ///< as this container reaches it
    const Storage& storage;  ///< where the server keeps its data
  };

  /// `followed` is the named master that the server was started to follow; `done` is called after
  /// each successful look.
  RoleLook(event_base& loop, const Subject& subject, Endpoint followed, std::function<void()> done);

  /// What the watcher knows of the node when a look may start.
  struct Occasion {
    const NodeView& own;
    const StateNote& note;
    bool at_rest = false;  ///< as is_at_rest() says
    Vote voted = {};       ///< the newest of a sentinel in the group
  };

  /// Starts a look if one is due and none is running.
  void start_if_due(const Occasion& node, TimePoint now);

  /// Kills a look that has run for longer than `limit`.
  void end_after(std::chrono::milliseconds limit, TimePoint now) { job_.end_after(limit, now); }

  /// True once a look has succeeded.
  [[nodiscard]] bool looked() const { return report_.found.has_value(); }
  /// Returns the result of the newest successful look.
  [[nodiscard]] const LookReport& report() const { return report_; }

 private:
  void take(const std::optional<LookReport>& report, TimePoint now);

  Subject subject_;
  std::function<void()> done_;
  LookReport report_;
  RoleClock clock_;  ///< of what the reports have found
  HeldClock held_;
  std::optional<TimePoint> looked_at_;
  std::chrono::milliseconds pause_;  ///< before the next look, unless all is well
  BackgroundJob job_;
};

}  // namespace dkr
