#include "failover.hpp"

#include <algorithm>
#include <tuple>

#include "clients.hpp"
#include "replication.hpp"
#include "sentinel.hpp"

namespace dkr::model {
namespace {

constexpr Tick failover_timeout = 10 * second;
constexpr Tick election_timeout = 10 * second;
constexpr Tick freshest = 5 * second;

void enter(World& world, Sentinel& sentinel, FailoverState state) {
  sentinel.state = state;
  sentinel.state_since = world.now;
}

void abort(World& world, Sentinel& sentinel, const char* why) {
  world.tell(sentinel.name + " gives the failover up: " + why);
  enter(world, sentinel, FailoverState::none);
}

/// Source: sentinelSelectSlave.
const Instance* selected(const World& world, Index which) {
  const Sentinel& sentinel = world.sentinels.at(which);
  const Instance* best = nullptr;
  const auto rank = [](const Instance& one) {
    return std::make_tuple(one.priority, -one.offset, one.at);
  };
  for (const Instance& one : sentinel.replicas) {
    const bool fit = !one.s_down && reached(world, which, one.at) != nobody &&
                     world.now - one.pong <= freshest && one.priority != 0 &&
                     world.now - one.told <= freshest;
    if (fit && (best == nullptr || rank(one) < rank(*best))) {
      best = &one;
    }
  }
  return best;
}

/// Whether another sentinel votes for this one, in the epoch of its failover.
bool votes(World& world, Index which, Index other) {
  const std::uint64_t epoch = world.sentinels.at(which).failover_epoch;
  Sentinel& voter = world.sentinels.at(other);
  if (other != which &&
      (!sentinel_answers(world, world.host_of_sentinel(which), other) || !voter.knows_group)) {
    return false;
  }
  if (voter.voted_epoch < epoch && voter.current_epoch <= epoch) {
    voter.current_epoch = voter.voted_epoch = epoch;
    voter.voted_for = which;
    voter.voted_at = world.now;
    voter.failover_start = world.now;
  }
  return voter.voted_epoch == epoch && voter.voted_for == which;
}

bool is_elected(World& world, Index which) {
  const std::vector<Index> others = world.sentinels.at(which).others;
  int count = votes(world, which, which) ? 1 : 0;
  for (const Index other : others) {
    count += votes(world, which, other) ? 1 : 0;
  }
  const int most = static_cast<int>((others.size() + 1) / 2 + 1);
  return count >= std::max(most, world.parameters.quorum);
}

void begin_if_due(World& world, Sentinel& sentinel) {
  if (!sentinel.o_down || world.now - sentinel.failover_start < 2 * failover_timeout) {
    return;
  }
  sentinel.failover_epoch = ++sentinel.current_epoch;
  sentinel.failover_start = world.now;
  sentinel.forced = false;
  sentinel.promoted = {};
  enter(world, sentinel, FailoverState::wait_start);
  world.tell(sentinel.name + " tries a failover in epoch " +
             std::to_string(sentinel.failover_epoch));
}

/// SLAVEOF NO ONE to the replica that it picks; tried until it is there.
void promote(World& world, Index which) {
  Sentinel& sentinel = world.sentinels.at(which);
  if (sentinel.promoted.host.empty()) {
    const Instance* best = selected(world, which);
    if (best == nullptr) {
      return abort(world, sentinel, "no good replica");
    }
    sentinel.promoted = best->at;
  }
  const Index node = reached(world, which, sentinel.promoted);
  if (node != nobody) {
    world.tell(sentinel.name + " promotes " + world.nodes.at(node).name + ", which has " +
               std::to_string(world.nodes.at(node).server.data.keys) + " keys");
    excuse_cut_off(world, node);
    become_master(world, node);
    enter(world, sentinel, FailoverState::wait_promotion);
  } else if (world.now - sentinel.state_since > failover_timeout) {
    sentinel.promoted = {};
    abort(world, sentinel, "the replica is out of reach");
  }
}

void await_promotion(World& world, Index which) {
  Sentinel& sentinel = world.sentinels.at(which);
  const Index node = reached(world, which, sentinel.promoted);
  if (node != nobody && world.nodes.at(node).server.is_master) {
    sentinel.config_epoch = sentinel.failover_epoch;
    sentinel.says_hello = true;
    enter(world, sentinel, FailoverState::reconfigure);
    world.tell(sentinel.name + " names " + to_string(sentinel.promoted) + " in epoch " +
               std::to_string(sentinel.config_epoch));
  } else if (world.now - sentinel.state_since > failover_timeout) {
    sentinel.promoted = {};
    abort(world, sentinel, "the replica was not promoted in time");
  }
}

void reconfigure(World& world, Index which) {
  Sentinel& sentinel = world.sentinels.at(which);
  for (const Instance& replica : sentinel.replicas) {
    const Index node = reached(world, which, replica.at);
    if (replica.at != sentinel.promoted && node != nobody) {
      become_replica(world, node, sentinel.promoted);
    }
  }
  if (looks_up_names(world, which)) {
    switch_master(world, which, sentinel.promoted);
  }
}

}  // namespace

std::string ask_failover(World& world, Index which) {
  Sentinel& sentinel = world.sentinels.at(which);
  if (!sentinel.knows_group) {
    return "ERR No such master with that name";
  }
  if (sentinel.state != FailoverState::none) {
    return "INPROG Failover already in progress";
  }
  if (selected(world, which) == nullptr) {
    return "NOGOODSLAVE No suitable replica to promote";
  }
  world.tell(sentinel.name + " is asked for a failover");
  sentinel.failover_epoch = ++sentinel.current_epoch;
  sentinel.failover_start = world.now;
  sentinel.forced = true;
  sentinel.promoted = {};
  enter(world, sentinel, FailoverState::wait_start);
  return "OK";
}

void run_failover(World& world, Index which) {
  Sentinel& sentinel = world.sentinels.at(which);
  switch (sentinel.state) {
    case FailoverState::none:
      begin_if_due(world, sentinel);
      if (sentinel.state == FailoverState::none) {
        return;
      }
      [[fallthrough]];
    case FailoverState::wait_start:
      if (sentinel.forced) {
        return promote(world, which);
      }
      if (is_elected(world, which)) {
        enter(world, sentinel, FailoverState::select);
      } else if (world.now - sentinel.state_since > std::min(election_timeout, failover_timeout)) {
        abort(world, sentinel, "it was not elected");
      }
      return;
    case FailoverState::select:
      return promote(world, which);
    case FailoverState::wait_promotion:
      return await_promotion(world, which);
    case FailoverState::reconfigure:
      return reconfigure(world, which);
  }
}

}  // namespace dkr::model
