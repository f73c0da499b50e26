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

/// Polls the master of a replica for its offset, which the replica itself does not know.
class ReplicationLag {
 public:
  ReplicationLag(event_base& loop, const Settings& settings);

  /// Polls the master of a replica unless a poll is pending.
  void poll(const NodeView& replica, TimePoint now);

  /// Returns how many bytes the replica still has to receive. nullopt if it has no master, or the
  /// master has not answered within answer_lifetime.
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
