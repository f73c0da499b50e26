#include "reconcile.hpp"

#include "clients.hpp"
#include "dkr/core/decide/held_back.hpp"
#include "dkr/core/decide/repoint.hpp"
#include "dkr/core/decide/running_role.hpp"
#include "dkr/core/node/replica_priority.hpp"
#include "look.hpp"
#include "orders.hpp"
#include "replication.hpp"
#include "sentinel.hpp"

namespace dkr::model {
namespace {

void repoint(World& world, Index node, const Situation& now, RoleCase::Kind found) {
  const Endpoint me = my_name(now);
  const std::uint64_t epoch = newer_epoch(now);
  for (const Repointing& whom : to_repoint(now, found)) {
    const Index sentinel = sentinel_at(world, whom.sentinel);
    world.tell(world.nodes.at(node).name + " tells " + world.sentinels.at(sentinel).name +
               " to monitor " + to_string(me));
    take_order(world, sentinel, me, epoch);
    if (whom.to_forget) {
      reset(world, sentinel);
    }
  }
}

void act(World& world, Index which, const Situation& now, const RunningDecision& decision) {
  Node& node = world.nodes.at(which);
  const bool obeys = answers(world, which, which);
  if (decision.action != RunningAction::stay) {
    world.tell(node.name + " acts: " + describe(decision.found));
  }
  switch (decision.action) {
    case RunningAction::stay:
      return;
    case RunningAction::follow:
      if (decision.loses && !node.volume.aside) {
        node.volume.aside = node.server.data;
      }
      return obeys ? become_replica(world, which, by_name(world, decision.found.server)) : void();
    case RunningAction::save:
      return obeys ? save(world, which) : void();
    case RunningAction::serve:
      if (obeys) {
        excuse_cut_off(world, which);
        become_master(world, which);
      }
      return;
    case RunningAction::promote:
      return ask_for_failover(world, which, now.view);
    case RunningAction::repoint:
      return repoint(world, which, now, decision.found.kind);
    case RunningAction::remind:
      return monitor_anew(world, sentinel_at(world, decision.found.server), my_name(now));
    case RunningAction::set_aside:
      node.volume.aside = node.server.data;
      return obeys ? become_replica(world, which, by_name(world, decision.found.server)) : void();
  }
}

/// Holds a replica back that lacks what another one has, as group/reconcile does.
void keep_rank(World& world, Index which, const GroupView& view) {
  Node& node = world.nodes.at(which);
  const NodeView own = info_of(world, which, node.address);
  if (!answers(world, which, which)) {
    return;
  }
  Watcher& watcher = node.watcher;
  const bool is_replica = own.role == NodeView::Role::replica;
  const NodeView* ahead = is_replica ? replica_ahead_of(own, view) : nullptr;
  watcher.held.see(own.priority, world.time());
  watcher.held.take(ahead != nullptr);
  const auto held_for = std::chrono::duration_cast<std::chrono::milliseconds>(
      world.time() - watcher.held.by_another_since());
  const int wanted =
      wanted_priority(own, watcher.note.users_priority, ahead != nullptr ? -1ms : held_for);
  if (wanted != own.priority) {
    world.tell(node.name + (ahead != nullptr ? " holds itself back" : " may be promoted again"));
    node.server.priority = wanted;
    rewrite_conf(world, which);
  }
}

/// Those that are neither found nor heard any more are forgotten, as watch/sentinel_pollers does.
void forget(World& world, Watcher& watcher, const std::vector<Endpoint>& found) {
  const auto all = watcher.sights;
  std::erase_if(watcher.sights, [&](const SentinelSight& sight) {
    return !contains(found, sight.view.at) &&
           is_forgotten(sight, all, world.time() - silent_sentinel_lifetime);
  });
}

}  // namespace

std::vector<Endpoint> reconcile(World& world, Index which) {
  Node& node = world.nodes.at(which);
  Watcher& watcher = node.watcher;
  const NodeView own = *watcher.own;
  const Look look = look_of_node(world, which);
  const NodeData local = data_of(own, watcher.note);
  const RoleInputs inputs{watcher.me,
                          {},
                          look.peers,
                          {},
                          AfterEnd::leave,
                          watcher.followed,
                          {},
                          newest_vote(watcher.sights)};
  const Situation now{node.settings, local, look.view, inputs, &own};
  const RoleCase found = classify(now);
  if (found != watcher.clock.found.value_or(RoleCase{}) && found.kind != RoleCase::Kind::in_place) {
    world.tell(node.name + " finds: " + describe(found));
  }
  watcher.clock.take(found, world.time());
  watcher.followed = followed_as_named(now);
  watcher.looked_at = world.now;
  std::vector<Endpoint> sentinels;
  for (const SentinelView& sentinel : look.view.sentinels) {
    sentinels.push_back(sentinel.at);
  }
  watcher.peers.clear();
  for (const NodeView& other : look.view.nodes) {
    watcher.peers.push_back(other.at);
  }
  keep_rank(world, which, look.view);
  act(world, which, now, decide_running_role(now, watcher.clock.lasted(world.time())));
  forget(world, watcher, sentinels);
  return sentinels;
}

}  // namespace dkr::model
