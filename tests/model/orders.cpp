#include "orders.hpp"

#include <algorithm>

#include "dkr/core/decide/handover_plan.hpp"
#include "dkr/core/node/replica_priority.hpp"
#include "failover.hpp"
#include "replication.hpp"
#include "sentinel.hpp"

namespace dkr::model {
namespace {

/// replica_info_age, in full ticks.
constexpr Tick info_age = 3;

/// The node that takes orders of another one at an endpoint; nobody: none does.
Index ordered(const World& world, Index node, const Endpoint& at) {
  const Index other = node_at(world, at);
  return other != nobody && answers(world, node, other) ? other : nobody;
}

}  // namespace

void ask_for_failover(World& world, Index node, const GroupView& view) {
  const SentinelView* chosen = sentinel_to_ask(view);
  if (chosen == nullptr) {
    return;
  }
  const std::string answer = ask_failover(world, sentinel_at(world, chosen->at));
  world.tell(world.nodes.at(node).name + " asks for a failover: " + answer);
}

void ban(World& world, Index node, Ban& all, const NodeView& whom) {
  const auto same = [&](const Ban::Held& held) { return held.at == whom.at; };
  if (std::any_of(all.held.begin(), all.held.end(), same)) {
    return;
  }
  all.held.push_back({whom.at, whom.priority});
  all.known_at = world.now + info_age;
  if (const Index other = ordered(world, node, whom.at); other != nobody) {
    world.nodes.at(other).server.priority = held_back(whom.priority);
    world.tell(world.nodes.at(node).name + " holds " + world.nodes.at(other).name + " back");
  }
}

void release(World& world, Index node, Ban& all) {
  for (const Ban::Held& held : std::exchange(all.held, {})) {
    if (const Index other = ordered(world, node, held.at); other != nobody) {
      world.nodes.at(other).server.priority = own_priority(held.priority);
      rewrite_conf(world, other);
    }
  }
}

}  // namespace dkr::model
