#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/base/timing.hpp"
#include "dkr/core/view/group_view.hpp"

namespace dkr {

/// A sentinel that can be asked for a failover.
struct FailoverSentinel {
  std::vector<Endpoint> addresses;  ///< where it answers, first the one where it did
  std::string id;                   ///< its myid; empty: unknown
};

/// Returns the sentinel that all nodes ask for a failover; of those that name one of `masters`, if
/// any are given. Null if there is none that can act: one in TILT accepts, and does nothing.
const SentinelView* sentinel_to_ask(const GroupView& view,
                                    const std::vector<Endpoint>& masters = {});

/// Returns where a sentinel can be asked: where it answered may be the address of a service, which
/// leads to any sentinel.
FailoverSentinel addressed(const SentinelView& sentinel, const GroupView& view);

/// Returns the replicas of which a sentinel would promote one once it knows the priorities that
/// they say themselves: Sentinel picks by priority before offset. Source: sentinelSelectSlave in
/// sentinel.c.
std::vector<Endpoint> next_in_line(const SentinelView& sentinel, const GroupView& view);

/// Returns the replicas next in line that have less than another live replica of the same history,
/// also those that only the sentinel still takes for next in line. If promoted, they would lose the
/// difference.
std::vector<NodeView> outpaced(const SentinelView& sentinel, const GroupView& view);

/// True if a server has refused CLIENT PAUSE WRITE because it can only pause all commands: Redis
/// before 6.2.
bool lacks_write_pause(const Reply& reply);

/// Why a master cannot be handed over. docker/behaviour.md has a row for each.
enum class HandoverObstacle {
  none,
  few_sentinels,       ///< no majority of the known sentinels names this node
  failover_under_way,  ///< a sentinel fails over, or considers a master down
  nobody_acts,         ///< each sentinel that names this node is in TILT
  no_replica,          ///< no replica that the sentinels could promote
  replica_not_ready,   ///< a replica that they could promote is not linked, or does not answer
};
constexpr HandoverObstacle last_of(HandoverObstacle /*type*/) {
  return HandoverObstacle::replica_not_ready;
}

/// How a master is handed over to a replica without losing a write.
struct HandoverPlan {
  HandoverObstacle obstacle = HandoverObstacle::none;
  Endpoint about;                     ///< the replica that is not ready
  Endpoint sentinel;                  ///< the sentinel to ask for a failover
  FailoverSentinel asked;             ///< the same
  std::vector<Endpoint> candidates;   ///< replicas of which it will promote one
  std::chrono::milliseconds pause{};  ///< how long writes of clients may wait
  /// How long to wait before the pause begins, so that it is shorter.
  std::chrono::milliseconds delay{};
};

/// Plans a handover from the answers of the others. Sentinel picks the replica, so all replicas
/// next in line must be in step.
HandoverPlan plan_handover(const GroupView& view, const std::vector<Endpoint>& me);

/// Returns the obstacle as a line for a person.
std::string describe(const HandoverPlan& plan);

}  // namespace dkr
