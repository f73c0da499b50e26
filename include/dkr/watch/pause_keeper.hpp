#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "dkr/core/base/time.hpp"
#include "dkr/core/health/health_view.hpp"

namespace dkr {

/// Ends the pauses of the sentinel beside the watcher that are over, and tells when one begins and
/// ends.
class PauseKeeper {
 public:
  /// Gives the sentinel another quorum for a group.
  using Order = std::function<void(const std::string& group, int quorum)>;

  explicit PauseKeeper(Order order) : order_(std::move(order)) {}

  /// True if nobody has asked the sentinel lately.
  [[nodiscard]] bool wants_look(TimePoint now) const;

  /// Takes the groups that the sentinel monitors.
  void take(const std::vector<MonitoredGroup>& groups, TimePoint now);

 private:
  Order order_;
  std::map<std::string, WallTime> told_;  ///< groups that are paused, as far as was told
  TimePoint looked_{};
};

}  // namespace dkr
