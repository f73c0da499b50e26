#include "handover.hpp"

#include <algorithm>

#include "dkr/core/node/replica_priority.hpp"
#include "failover.hpp"
#include "look.hpp"
#include "node.hpp"
#include "orders.hpp"
#include "replication.hpp"
#include "sentinel.hpp"

namespace dkr::model {
namespace {

constexpr Tick longest_naming = 2 * second;
/// Each step takes a tick here, and some milliseconds there.
constexpr Tick slowness = 2;

Tick ticks(std::chrono::milliseconds time) {
  return static_cast<Tick>(time / 500ms);
}

void finish(World& world, Index which) {
  release(world, which, world.nodes.at(which).handover.ban);
  world.nodes.at(which).handover.runs = false;
  happens(world, which, ProcessEnded{handover_pid, 0});
}

void await(World& world, Handover& handover, Handover::Step step, Tick time) {
  handover.step = step;
  handover.until = world.now + time;
}

/// A second attempt without the one that could not come into step, where there is another one.
void hold_back_or_finish(World& world, Index which, const GroupView& view, const Endpoint& at) {
  Handover& handover = world.nodes.at(which).handover;
  const NodeView* node = find_node(view, at);
  const bool others = std::any_of(view.nodes.begin(), view.nodes.end(), [&](const NodeView& one) {
    return one.role == NodeView::Role::replica && one.link_up && one.at != at;
  });
  if (handover.last || node == nullptr || node->role != NodeView::Role::replica || !others) {
    return finish(world, which);
  }
  ban(world, which, handover.ban, *node);
  handover.last = true;
  await(world, handover, Handover::Step::again, handover.ban.known_at - world.now);
}

void give_up(World& world, Index which, const std::string& why, const Endpoint& laggard) {
  world.tell(world.nodes.at(which).name + ": no handover: " + why);
  world.nodes.at(which).server.paused_until = 0;
  hold_back_or_finish(world, which, look_of_node(world, which).view, laggard);
}

/// Somebody may have been promoted: a server that is about to end takes nothing more.
void stay_in_doubt(World& world, Index which) {
  Node& node = world.nodes.at(which);
  world.tell(node.name + ": no handover: nobody was promoted in time; it takes no more writes");
  node.server.paused_until = world.now + ticks(node.settings.stop_timeout.value);
  finish(world, which);
}

void pause_writes(World& world, Index which) {
  Handover& handover = world.nodes.at(which).handover;
  handover.end = world.now + ticks(handover.plan.pause) + slowness;
  world.nodes.at(which).server.paused_until = handover.end;
  world.tell(world.nodes.at(which).name + ": writes wait");
  await(world, handover, Handover::Step::pause, std::max(ticks(handover.plan.pause / 4), 1));
}

void attempt(World& world, Index which) {
  Handover& handover = world.nodes.at(which).handover;
  const GroupView view = look_of_node(world, which).view;
  handover.plan = plan_handover(view, endpoints_of(world, which));
  if (handover.plan.obstacle != HandoverObstacle::none) {
    world.tell(world.nodes.at(which).name + ": no handover: " + describe(handover.plan));
    return hold_back_or_finish(world, which, view, handover.plan.about);
  }
  await(world, handover, Handover::Step::delay, ticks(handover.plan.delay));
  if (handover.until == world.now) {
    pause_writes(world, which);
  }
}

/// Asks for the failover once all candidates have everything.
void come_into_step(World& world, Index which) {
  Handover& handover = world.nodes.at(which).handover;
  const long long offset = world.nodes.at(which).server.data.offset;
  for (const Endpoint& at : handover.plan.candidates) {
    const NodeView seen = ask_node(world, which, at);
    if (seen.failure || seen.offset < offset) {
      return world.now < handover.until
                 ? void()
                 : give_up(world, which, "a replica did not come into step", at);
    }
  }
  const Index sentinel = sentinel_at(world, handover.plan.sentinel);
  const std::string answer = sentinel_answers(world, which, sentinel)
                                 ? ask_failover(world, sentinel)
                                 : std::string("no answer");
  if (answer != "OK" && !answer.starts_with("INPROG")) {
    return give_up(world, which, answer, {});
  }
  await(world, handover, Handover::Step::promotion, handover.end - world.now);
}

void await_promotion(World& world, Index which) {
  Node& node = world.nodes.at(which);
  for (const Endpoint& at : node.handover.plan.candidates) {
    if (ask_node(world, which, at).role == NodeView::Role::master) {
      world.tell(node.name + ": handed over to " + to_string(at));
      become_replica(world, which, by_name(world, at));
      node.server.paused_until = 0;
      return await(world, node.handover, Handover::Step::naming, longest_naming);
    }
  }
  if (world.now >= node.handover.until) {
    stay_in_doubt(world, which);
  }
}

void await_naming(World& world, Index which) {
  const Handover& handover = world.nodes.at(which).handover;
  const SentinelView view = ask_sentinel(world, which, handover.plan.sentinel);
  if (view.failure || !contains(endpoints_of(world, which), view.master) ||
      world.now >= handover.until) {
    finish(world, which);
  }
}

}  // namespace

void begin_handover(World& world, Index which) {
  Node& node = world.nodes.at(which);
  node.handover = {};
  node.handover.runs = true;
  world.tell(node.name + ": is to stop");
}

void run_handover(World& world, Index which) {
  Node& node = world.nodes.at(which);
  Handover& handover = node.handover;
  if (!answers(world, which, which)) {
    return finish(world, which);
  }
  switch (handover.step) {
    case Handover::Step::attempt:
      if (!node.server.is_master && !handover.last) {
        node.server.priority = held_back(node.server.priority);
        return finish(world, which);
      }
      return attempt(world, which);
    case Handover::Step::delay:
      return world.now >= handover.until ? pause_writes(world, which) : void();
    case Handover::Step::pause:
      return come_into_step(world, which);
    case Handover::Step::promotion:
      return await_promotion(world, which);
    case Handover::Step::naming:
      return await_naming(world, which);
    case Handover::Step::again:
      return world.now >= handover.until ? attempt(world, which) : void();
  }
}

}  // namespace dkr::model
