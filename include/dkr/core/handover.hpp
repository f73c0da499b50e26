#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "dkr/core/endpoint.hpp"
#include "dkr/core/group.hpp"

namespace dkr {

/// Why a master cannot be handed over. The README has a row for each.
enum class HandoverObstacle {
  none,
  few_sentinels,       ///< no majority of the known sentinels names this node
  failover_under_way,  ///< a sentinel fails over, or holds a master for down
  no_replica,          ///< none that the sentinels could promote
  replica_not_ready,   ///< one that they could promote is not linked, or does not answer
};

/// How a master is handed over to a replica without losing a write.
struct HandoverPlan {
  HandoverObstacle obstacle = HandoverObstacle::none;
  Endpoint about;                     ///< the replica that is not ready
  Endpoint sentinel;                  ///< the one that is asked to fail over
  std::vector<Endpoint> candidates;   ///< replicas of which it will promote one
  std::chrono::milliseconds pause{};  ///< for how long clients may wait with their writes
};

/// Plans from what the others say. Sentinel picks the replica, by priority before offset, so all of
/// the lowest priority number have to be in step. Source: sentinelSelectSlave in sentinel.c.
HandoverPlan plan_handover(const GroupView& view, const std::vector<Endpoint>& me);

/// The obstacle as a line for a person.
std::string describe(const HandoverPlan& plan);

}  // namespace dkr
