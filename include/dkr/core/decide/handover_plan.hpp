#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/base/timing.hpp"
#include "dkr/core/view/group_view.hpp"

namespace dkr {

/// The replicas of which a sentinel would promote one, as far as it knows: Sentinel picks by
/// priority before offset. Source: sentinelSelectSlave in sentinel.c.
std::vector<Endpoint> next_in_line(const SentinelView& sentinel, const GroupView& view);

/// Those of them that have less than another live replica of the same history: promoted, they would
/// lose what it has.
std::vector<NodeView> outpaced(const SentinelView& sentinel, const GroupView& view);

/// Whether a server has refused CLIENT PAUSE WRITE because it knows only a pause of everything:
/// Redis before 6.2.
bool lacks_write_pause(const Reply& reply);

/// Why a master cannot be handed over. docker/behaviour.md has a row for each.
enum class HandoverObstacle {
  none,
  few_sentinels,       ///< no majority of the known sentinels names this node
  failover_under_way,  ///< a sentinel fails over, or holds a master for down
  no_replica,          ///< none that the sentinels could promote
  replica_not_ready,   ///< one that they could promote is not linked, or does not answer
};
constexpr HandoverObstacle last_of(HandoverObstacle /*type*/) {
  return HandoverObstacle::replica_not_ready;
}

/// How a master is handed over to a replica without losing a write.
struct HandoverPlan {
  HandoverObstacle obstacle = HandoverObstacle::none;
  Endpoint about;                     ///< the replica that is not ready
  Endpoint sentinel;                  ///< the one that is asked to fail over
  std::vector<Endpoint> candidates;   ///< replicas of which it will promote one
  std::chrono::milliseconds pause{};  ///< for how long clients may wait with their writes
  /// Before that: they wait the less for it.
  std::chrono::milliseconds delay{};
};

/// Plans from what the others say. Sentinel picks the replica, so all that are next in line have to
/// be in step.
HandoverPlan plan_handover(const GroupView& view, const std::vector<Endpoint>& me);

/// The obstacle as a line for a person.
std::string describe(const HandoverPlan& plan);

}  // namespace dkr
