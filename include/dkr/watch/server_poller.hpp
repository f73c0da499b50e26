#pragma once

#include <functional>
#include <optional>
#include <string>

#include "dkr/core/base/time.hpp"
#include "dkr/core/node/min_replicas.hpp"
#include "dkr/core/settings/settings.hpp"
#include "dkr/core/view/group_view.hpp"
#include "dkr/platform/log.hpp"
#include "dkr/redis/link.hpp"

namespace dkr {

/// The server beside the watcher: what it says of itself, and the limits of its writes.
class ServerPoller {
 public:
  /// `changed` is called when there is news.
  ServerPoller(event_base& loop, const Endpoint& at, const Settings& settings,
               std::function<void()> changed);

  /// Asks anew, unless an answer is due; gives up on one that is due for longer than `limit`.
  void poll(TimePoint now, std::chrono::milliseconds limit);

  /// What it said last; of a role unknown before its first answer.
  [[nodiscard]] const NodeView& view() const { return view_; }
  /// The limits that it told last, or was set to since. Nothing: it did not tell them.
  [[nodiscard]] const std::optional<MinReplicas>& limits() const { return limits_; }
  /// Why it does not answer, or does not let us see or change its limits; empty: it does.
  [[nodiscard]] const std::string& failure() const { return failure_; }
  /// When it last said anything, if only that it refuses.
  [[nodiscard]] const std::optional<TimePoint>& spoke() const { return spoke_; }
  /// When its newest answer was asked for.
  [[nodiscard]] const std::optional<TimePoint>& heard() const { return heard_; }

  /// Finds out once whether the server lets us do what we may have to, and tells what it does not.
  void examine(const std::function<void(const std::string& complaint)>& tell);

  /// Sets the limits; with `keep` the server also writes its configuration anew. `done` is called
  /// with false when it refuses, or when the connection is lost, so that nobody knows what holds;
  /// that can be before this returns.
  void set_limits(const MinReplicas& limits, bool keep, const std::function<void(bool)>& done);

 private:
  void read(const std::vector<Reply>& replies);

  std::function<void()> changed_;
  NodeView view_;
  std::optional<MinReplicas> limits_;
  std::optional<TimePoint> heard_;
  std::optional<TimePoint> spoke_;
  std::string failure_;
  log::Changes changes_;
  Link link_;
};

}  // namespace dkr
