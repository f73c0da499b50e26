#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "dkr/core/base/time.hpp"
#include "dkr/core/conf/own_server.hpp"
#include "dkr/core/health/health_view.hpp"
#include "dkr/core/health/probe.hpp"
#include "dkr/core/view/fleet_view.hpp"
#include "dkr/platform/log.hpp"
#include "dkr/redis/link.hpp"

namespace dkr {

/// Polls the sentinel beside the watcher for the groups that it monitors.
class GroupsPoller {
 public:
  /// `changed` is called when there is news. Without `votes` nothing is learned of these.
  GroupsPoller(event_base& loop, const OwnServer& sentinel, bool votes,
               std::function<void()> changed);

  /// Polls unless a poll is pending; gives up one that has been pending for longer than `limit`.
  void poll(TimePoint now, std::chrono::milliseconds limit);

  [[nodiscard]] const std::vector<MonitoredGroup>& groups() const { return groups_; }
  /// The same groups, with their options, and when the sentinel was asked for them.
  [[nodiscard]] const std::vector<SeenGroup>& seen() const { return seen_; }
  [[nodiscard]] const std::optional<TimePoint>& seen_at() const { return seen_at_; }
  /// Why it does not answer, or lets us see nothing; empty if all is well.
  [[nodiscard]] const std::string& failure() const { return failure_; }
  /// True if the newest reply refuses us, as only a server does that has started (NOAUTH).
  [[nodiscard]] bool objects() const { return objects_; }
  /// When the newest poll with any reply was sent, and the newest with a good one.
  [[nodiscard]] const std::optional<TimePoint>& spoke() const { return spoke_; }
  [[nodiscard]] const std::optional<TimePoint>& heard() const { return heard_; }

 private:
  void read(const Reply& masters);
  void ask_votes(std::vector<MonitoredGroup> groups);
  void take(std::vector<MonitoredGroup> groups, TimePoint asked);

  bool votes_;
  std::function<void()> changed_;
  std::vector<MonitoredGroup> groups_;
  std::vector<SeenGroup> seen_;
  std::optional<TimePoint> seen_at_;
  std::string failure_;
  bool objects_ = false;
  std::optional<TimePoint> spoke_;
  std::optional<TimePoint> heard_;
  log::Changes changes_;
  Link link_;
};

}  // namespace dkr
