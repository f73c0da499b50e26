#include "dkr/core/decide/handover_plan.hpp"

#include <algorithm>
#include <limits>

#include "dkr/core/base/text.hpp"
#include "dkr/core/base/timing.hpp"
#include "dkr/core/decide/sentinel_master.hpp"
#include "dkr/core/node/replica_priority.hpp"
#include "dkr/core/view/votes.hpp"

namespace dkr {
namespace {

using enum HandoverObstacle;
using std::chrono::milliseconds;

bool is_uneasy(const SentinelView& sentinel) {
  return sentinel.flags.down() || sentinel.flags.failover_in_progress;
}

bool declines(int priority) {
  return priority == 0 || is_held_back(priority);
}

/// True if a replica says that it is not to be promoted, which a sentinel may not have heard yet.
bool declines(const NodeView* node) {
  return node != nullptr && !node->failure && declines(node->priority);
}

bool can_be_chosen(const KnownServer& replica) {
  return replica.priority != 0 && !replica.flags.down() && !replica.flags.disconnected;
}

/// Returns the replicas that a sentinel could promote, as far as it knows.
std::vector<KnownServer> selectable(const SentinelView& sentinel) {
  std::vector<KnownServer> all = sentinel.replicas;
  std::erase_if(all, [](const KnownServer& replica) { return !can_be_chosen(replica); });
  return all;
}

/// Returns those of the lowest priority number.
std::vector<Endpoint> first_of(const std::vector<KnownServer>& heirs) {
  int best = std::numeric_limits<int>::max();
  for (const KnownServer& heir : heirs) {
    best = std::min(best, heir.priority);
  }
  std::vector<Endpoint> line;
  for (const KnownServer& heir : heirs) {
    if (heir.priority == best) {
      line.push_back(heir.at);
    }
  }
  return line;
}

/// Returns how long to wait so that a promoted replica is asked for its role soonest. A sentinel
/// that asks rarely also asks when a failover begins, so waiting gains nothing.
milliseconds until_asked_soonest(milliseconds age) {
  if (age > sentinel_failover_info_interval) {
    return milliseconds{0};
  }
  const milliseconds best = sentinel_failover_info_interval - usual_promotion;
  return age <= best ? best - age : sentinel_failover_info_interval - age + best;
}

/// Returns the replicas that are not to be promoted, and that a sentinel would still promote.
std::vector<Endpoint> still_in_line(const SentinelView& sentinel, const GroupView& view) {
  auto line = first_of(selectable(sentinel));
  std::erase_if(line, [&](const Endpoint& at) { return !declines(find_node(view, at)); });
  return line;
}

bool is_ready(const NodeView* node, const std::vector<Endpoint>& me) {
  return node != nullptr && node->role == NodeView::Role::replica && node->link_up &&
         contains(me, node->master);
}

}  // namespace

const SentinelView* sentinel_to_ask(const GroupView& view, const std::vector<Endpoint>& masters) {
  const SentinelView* busy = nullptr;
  for (const SentinelView* sentinel : sentinels_of(view)) {
    if (sentinel->tilt || (!masters.empty() && !contains(masters, sentinel->master))) {
      continue;
    }
    if (!sentinel->busy) {
      return sentinel;
    }
    busy = busy == nullptr ? sentinel : busy;
  }
  return busy;
}

FailoverSentinel addressed(const SentinelView& sentinel, const GroupView& view) {
  FailoverSentinel whom{{sentinel.at}, sentinel.id};
  for (const SentinelView& other : view.sentinels) {
    for (const KnownServer& known : other.sentinels) {
      const bool same = !whom.id.empty() && known.id == whom.id && !known.at.host.empty();
      if (same && !contains(whom.addresses, known.at)) {
        whom.addresses.push_back(known.at);
      }
    }
  }
  return whom;
}

std::vector<Endpoint> next_in_line(const SentinelView& sentinel, const GroupView& view) {
  std::vector<KnownServer> heirs;
  for (KnownServer heir : sentinel.replicas) {
    const NodeView* node = find_node(view, heir.at);
    if (declines(heir.priority) && node != nullptr && !node->failure) {
      heir.priority = node->priority;
    }
    if (can_be_chosen(heir) && !declines(node)) {
      heirs.push_back(heir);
    }
  }
  return first_of(heirs);
}

std::vector<NodeView> outpaced(const SentinelView& sentinel, const GroupView& view) {
  std::vector<NodeView> behind;
  auto line = next_in_line(sentinel, view);
  const auto declining = still_in_line(sentinel, view);
  line.insert(line.end(), declining.begin(), declining.end());
  for (const Endpoint& at : line) {
    const NodeView* node = find_node(view, at);
    const bool is_behind =
        node != nullptr &&
        std::any_of(view.nodes.begin(), view.nodes.end(), [&](const auto& other) {
          return other.role == NodeView::Role::replica && other.priority != 0 &&
                 other.replication_id == node->replication_id && other.offset > node->offset;
        });
    if (is_behind) {
      behind.push_back(*node);
    }
  }
  return behind;
}

bool lacks_write_pause(const Reply& reply) {
  return reply.kind == Reply::Kind::error &&
         lower(reply.text)
             .starts_with("err unknown subcommand or wrong number of arguments for 'pause'");
}

HandoverPlan plan_handover(const GroupView& view, const std::vector<Endpoint>& me) {
  const auto named = named_by_majority(view);
  if (!named || !contains(me, *named)) {
    return {few_sentinels, {}, {}, {}, {}, {}};
  }
  HandoverPlan plan{none, {}, {}, {}, {}, longest_write_pause};
  for (const SentinelView* sentinel : sentinels_of(view)) {
    if (is_uneasy(*sentinel)) {
      return {failover_under_way, {}, sentinel->at, {}, {}, {}};
    }
    plan.pause = std::min(plan.pause, sentinel->down_after / 2);
  }
  const SentinelView* sentinel = sentinel_to_ask(view, me);
  if (sentinel == nullptr) {
    return {nobody_acts, {}, {}, {}, {}, {}};
  }
  plan.sentinel = sentinel->at;
  plan.asked = addressed(*sentinel, view);
  plan.candidates = next_in_line(*sentinel, view);
  for (const Endpoint& heir : plan.candidates) {
    if (!is_ready(find_node(view, heir), me)) {
      return {replica_not_ready, heir, {}, {}, {}, {}};
    }
  }
  if (plan.candidates.empty()) {
    plan.obstacle = no_replica;
    return plan;
  }
  for (const Endpoint& declining : still_in_line(*sentinel, view)) {
    if (!is_ready(find_node(view, declining), me)) {
      return {replica_not_ready, declining, {}, {}, {}, {}};
    }
  }
  for (const KnownServer& replica : sentinel->replicas) {
    if (replica.at == plan.candidates.front()) {
      plan.delay = until_asked_soonest(replica.info_age);
    }
  }
  return plan;
}

std::string describe(const HandoverPlan& plan) {
  switch (plan.obstacle) {
    case none:
      return "it can be handed over";
    case few_sentinels:
      return "no majority of sentinels names this node";
    case failover_under_way:
      return "sentinel " + to_string(plan.sentinel) + " fails over, or finds the master down";
    case nobody_acts:
      return "each sentinel that names this node only observes for now (TILT)";
    case no_replica:
      return "there is no replica that could be promoted";
    case replica_not_ready:
      return "replica " + to_string(plan.about) + " might be promoted, and is not in step";
  }
  return {};
}

}  // namespace dkr
