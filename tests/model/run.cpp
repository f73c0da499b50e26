#include "run.hpp"

#include <algorithm>

#include "clients.hpp"
#include "node.hpp"
#include "replication.hpp"
#include "sentinel.hpp"

namespace dkr::model {
namespace {

/// After the last fault: REDIS_PEER_WAIT_MS and twice the failover timeout, and some time to act.
constexpr Tick quiet = 65 * second;
/// When the snapshots of the volumes are taken, and faults may begin.
constexpr Tick settled = 3;
/// For so long all has been well when nothing more is to be expected.
constexpr Tick calm_time = 4 * second;

void take_snapshots(World& world) {
  for (Index node = 0; node < world.nodes.size(); ++node) {
    world.snapshots.at(node) = world.nodes[node].volume;
    world.snapshots.at(node).data = world.nodes[node].server.data;
  }
}

void apply(World& world, const Schedule& schedule) {
  for (const Fault& fault : schedule.faults) {
    const FaultKind& kind = fault_kinds()[fault.kind];
    if (world.now == fault.at + fault.lasts && kind.lasts) {
      if (kind.end != nullptr) {
        world.tell("- " + std::string(kind.name) + " is over");
        kind.end(world, fault);
      }
      world.disturbed = world.now;
    }
  }
  for (const Fault& fault : schedule.faults) {
    if (world.now == fault.at) {
      world.tell("- " + to_text(fault, schedule.parameters).substr(4));
      fault_kinds()[fault.kind].begin(world, fault);
      excuse_lost(world);
      world.disturbed = world.now;
    }
  }
}

Tick end_of(const Schedule& schedule) {
  Tick end = 0;
  for (const Fault& fault : schedule.faults) {
    end = std::max(end, fault.at + fault.lasts);
  }
  return end;
}

}  // namespace

Expectation Outcome::as_expected() const {
  Expectation expect;
  for (const Violation& one : violations) {
    expect.violated.push_back(one.invariant);
  }
  return expect;
}

Outcome run(const Schedule& schedule, std::vector<std::string>* diary) {
  World world = make_world(schedule.parameters);
  world.diary = diary;
  Witness witness;
  const Tick end = end_of(schedule);
  for (Tick calm = 0; world.now < end + quiet && calm < calm_time; ++world.now) {
    if (world.now == settled) {
      take_snapshots(world);
    }
    apply(world, schedule);
    run_sentinels(world);
    run_nodes(world);
    run_clients(world);
    replicate(world);
    note_safe(world);
    watch_invariants(world, witness);
    calm = world.now > end && is_calm(world) ? calm + 1 : 0;
  }
  judge_end(world, witness);
  return {witness.violations};
}

}  // namespace dkr::model
