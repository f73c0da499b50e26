#pragma once

#include <string>
#include <vector>

#include "world.hpp"

// What must hold whatever happens:
//
// I1  A write that two nodes held, of which most sentinels reached one, is on the final master,
//     unless faults destroyed every copy.
// I2  Two nodes never take writes; after a failover by hand for a second longer than the fence
//     takes.
// I3  No copy of all data drops such a write where no other node has it.
// I4  Some time after the last fault exactly one node takes writes, all sentinels name it, and all
//     others are linked to it, with their own priority and limits. Where nothing changes for long,
//     and what is missing is only some servers, somebody takes writes.
// I5  No gate is closed for long while most sentinels name the node and reach it, and nobody fails
//     over; and none on a node that is no member.
// I6  Then every sentinel knows the group. Before, most do not name for long an address that nobody
//     has, where a master is there.
// I7  A start has decided after REDIS_PEER_WAIT_MS and REDIS_SENTINEL_WAIT_MS.
namespace dkr::model {

struct Violation {
  int invariant = 0;
  Tick at = 0;
  std::string text;
};

/// What has been seen so far of one run.
struct Witness {
  Tick two_masters = 0;                         ///< for so long
  Tick astray = 0;                              ///< sentinels name nobody for so long
  std::array<Tick, most_nodes> shut = {};       ///< for so long without a reason
  std::array<Tick, most_nodes> undecided = {};  ///< a start takes so long
  std::vector<Violation> violations;            ///< the first of each kind
};

/// Looks at the world after each tick.
void watch_invariants(const World& world, Witness& witness);

/// Whether all is well, and nothing is left that could change that.
bool is_calm(const World& world);

/// Looks at it once everything should be well again.
void judge_end(const World& world, Witness& witness);

}  // namespace dkr::model
