#pragma once

#include <optional>
#include <string>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/base/time.hpp"
#include "dkr/core/settings/settings.hpp"
#include "dkr/core/view/group_view.hpp"
#include "dkr/redis/link.hpp"
#include "dkr/watch/background_job.hpp"

namespace dkr {

/// How far the master of a replica is, which the replica itself does not know.
class ReplicationLag {
 public:
  ReplicationLag(event_base& loop, const Settings& settings);

  /// Asks the master of a replica anew, unless an answer is due.
  void poll(const NodeView& replica, TimePoint now);

  /// The bytes that the replica has still to get. Nothing: it has no master, or that has not
  /// answered lately.
  [[nodiscard]] std::optional<long long> lag_of(const NodeView& replica, TimePoint now) const;

 private:
  void meet(const Endpoint& address);
  void ask(TimePoint now);

  event_base& loop_;
  const Settings& settings_;
  Endpoint master_;  ///< as the replica calls it
  std::optional<TimePoint> looked_up_;
  bool lost_ = false;
  std::optional<TimePoint> heard_;
  long long offset_ = 0;
  BackgroundJob look_up_;
  std::optional<Link> link_;
};

}  // namespace dkr
