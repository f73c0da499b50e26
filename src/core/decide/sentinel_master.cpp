#include "dkr/core/decide/sentinel_master.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "dkr/core/base/text.hpp"
#include "dkr/core/base/timing.hpp"
#include "dkr/core/decide/handover_plan.hpp"
#include "dkr/core/view/votes.hpp"

namespace dkr {
namespace {

using enum MasterReason;
using Nodes = std::vector<const NodeView*>;
using Voters = std::vector<const SentinelView*>;

/// Returns the master that most voters name, or else the one of the newest epoch, if it is unique.
std::optional<Endpoint> named_by(const Voters& voters) {
  std::map<Endpoint, std::size_t> votes;
  std::map<Endpoint, std::uint64_t> epochs;
  for (const SentinelView* voter : voters) {
    ++votes[voter->master];
    epochs[voter->master] = std::max(epochs[voter->master], voter->config_epoch);
  }
  for (const auto& [master, count] : votes) {
    if (2 * count > voters.size()) {
      return master;
    }
  }
  const auto newer = [](const auto& a, const auto& b) { return a.second < b.second; };
  const auto newest = std::max_element(epochs.begin(), epochs.end(), newer);
  const auto as_new = [&](const auto& other) { return other.second == newest->second; };
  return std::count_if(epochs.begin(), epochs.end(), as_new) == 1 ? std::optional(newest->first)
                                                                  : std::nullopt;
}

MasterChoice wait(MasterReason reason, const Endpoint& about = {}) {
  return {std::nullopt, reason, about};
}

MasterChoice take(const NodeView& node, MasterReason reason) {
  return {node.at, reason, node.at};
}

MasterChoice choose_named(const GroupView& view, const Voters& voters, bool in_grace_period) {
  if (in_grace_period && 2 * voters.size() <= known_sentinels(voters)) {
    return wait(few_sentinels, voters.front()->at);
  }
  const auto named = named_by(voters);
  if (!named) {
    return wait(sentinels_differ, voters.front()->at);
  }
  const NodeView* node = find_node(view, *named);
  if (node == nullptr || node->role == NodeView::Role::unknown) {
    const bool agree = std::all_of(voters.begin(), voters.end(),
                                   [&](auto* voter) { return voter->master == *named; });
    return agree ? MasterChoice{*named, all_name, *named} : wait(named_is_silent, *named);
  }
  return node->role == NodeView::Role::master ? take(*node, sentinels_name)
                                              : wait(named_is_replica, *named);
}

/// Returns the nodes that meet a condition, or all of them if none does.
template <class Condition>
Nodes prefer(const Nodes& nodes, const Condition& condition) {
  Nodes better;
  std::copy_if(nodes.begin(), nodes.end(), std::back_inserter(better), condition);
  return better.empty() ? nodes : better;
}

bool one_history(const Nodes& nodes) {
  return std::all_of(nodes.begin(), nodes.end(), [&](const NodeView* node) {
    return node->replication_id == nodes.front()->replication_id;
  });
}

/// True if another of the nodes went on from where this one was.
bool has_successor(const NodeView& node, const Nodes& nodes) {
  return std::any_of(nodes.begin(), nodes.end(), [&](const NodeView* other) {
    return !node.replication_id.empty() && other->former_id == node.replication_id;
  });
}

MasterChoice choose_among(const Nodes& masters, const MasterInputs& inputs) {
  const auto most = (*std::max_element(masters.begin(), masters.end(), [](auto* a, auto* b) {
                      return a->linked_replicas < b->linked_replicas;
                    }))->linked_replicas;
  Nodes left = prefer(masters, [&](auto* node) { return node->linked_replicas == most; });
  if (left.size() == 1) {
    return take(*left.front(), master_with_replicas);
  }
  left = prefer(left, [](auto* node) { return node->has_keys(); });
  left = prefer(left, [&](auto* node) { return !has_successor(*node, left); });
  if (left.size() == 1) {
    return take(*left.front(), freshest_master);
  }
  if (left.front()->has_keys() && one_history(left)) {
    return take(**std::max_element(left.begin(), left.end(),
                                   [](auto* a, auto* b) { return a->offset < b->offset; }),
                freshest_master);
  }
  const Nodes set = prefer(left, [&](auto* node) { return contains(inputs.set_master, node->at); });
  if (set.size() < left.size()) {
    return take(*set.front(), set_master);
  }
  if (left.front()->has_keys()) {
    return wait(several_masters, left.front()->at);
  }
  return take(
      **std::min_element(left.begin(), left.end(), [](auto* a, auto* b) { return a->at < b->at; }),
      first_peer);
}

/// Returns the first node that meets a condition; null if none does.
template <class Condition>
const NodeView* first_node(const GroupView& view, const Condition& condition) {
  const auto found = std::find_if(view.nodes.begin(), view.nodes.end(), condition);
  return found == view.nodes.end() ? nullptr : &*found;
}

/// Returns the wait for a sentinel that does not answer but may know better than the data nodes, or
/// that knows the group by another name; nullopt if there is none.
std::optional<MasterChoice> wait_for_sentinel(const GroupView& view, bool in_grace_period) {
  for (const SentinelView& sentinel : view.sentinels) {
    if (!sentinel.groups.empty()) {
      return wait(sentinel_is_strange, sentinel.at);
    }
    if (!sentinel.failure) {
      continue;
    }
    switch (sentinel.failure->kind) {
      case Failure::Kind::refused_by_server:
        return wait(sentinel_refuses, sentinel.at);
      case Failure::Kind::silent:
        if (in_grace_period) {
          return wait(sentinel_is_silent, sentinel.at);
        }
        break;
      case Failure::Kind::unresolved:
      case Failure::Kind::refused_connection:
        break;
    }
  }
  return std::nullopt;
}

MasterChoice choose_live(const GroupView& view, const MasterInputs& inputs) {
  if (const auto sentinel = wait_for_sentinel(view, inputs.in_grace_period)) {
    return *sentinel;
  }
  Nodes masters;
  for (const NodeView& node : view.nodes) {
    if (node.role == NodeView::Role::master) {
      masters.push_back(&node);
    }
  }
  if (masters.empty()) {
    const NodeView* replica =
        first_node(view, [](auto& node) { return node.role == NodeView::Role::replica; });
    return replica == nullptr ? wait(nobody_answers) : wait(no_master, replica->master);
  }
  MasterChoice choice =
      masters.size() == 1 ? take(*masters.front(), only_master) : choose_among(masters, inputs);
  if (!choice.master || find_node(view, *choice.master)->linked_replicas > 0) {
    return choice;
  }
  const auto silent = [](const NodeView& node) { return node.role == NodeView::Role::unknown; };
  const NodeView* lost = first_node(view, [&](const NodeView& node) {
    const NodeView* followed = find_node(view, node.master);
    return node.role == NodeView::Role::replica && followed != nullptr && silent(*followed);
  });
  if (lost != nullptr) {
    return wait(follows_another, lost->master);
  }
  const NodeView* peer = first_node(view, silent);
  return peer != nullptr && inputs.in_grace_period ? wait(peers_are_silent, peer->at) : choice;
}

/// Adds what a new sentinel would learn from the master, of the others that name it. Names that
/// cannot be looked up keep a sentinel from starting, unless its master has one.
void add_acquaintances(MonitorSeed& seed, const GroupView& view) {
  const auto is_of_use = [&](const Endpoint& at) {
    return at.port != 0 && !at.host.empty() && at != seed.master &&
           (is_address(at.host) || !is_address(seed.master.host));
  };
  for (const SentinelView* sentinel : sentinels_of(view)) {
    const Endpoint at = addressed(*sentinel, view).addresses.back();
    if (!sentinel->id.empty() && sentinel->id != seed.myid && is_of_use(at)) {
      seed.sentinels.push_back({at, sentinel->id});
    }
    for (const KnownServer& replica : sentinel->replicas) {
      const bool lives = !replica.flags.down() && !replica.flags.disconnected;
      if (lives && is_of_use(replica.at) && !contains(seed.replicas, replica.at)) {
        seed.replicas.push_back(replica.at);
      }
    }
  }
}

}  // namespace

MasterChoice choose_master(const GroupView& view, const MasterInputs& inputs) {
  const Voters voters = sentinels_of(view);
  return voters.empty() ? choose_live(view, inputs)
                        : choose_named(view, voters, inputs.in_grace_period);
}

bool may_begin(const GroupView& view, std::chrono::milliseconds waited) {
  const auto is_there = [](const NodeView& node) {
    return !node.failure || node.failure->kind == Failure::Kind::refused_connection ||
           node.failure->kind == Failure::Kind::refused_by_server;
  };
  const auto runs = [](const SentinelView& sentinel) {
    return !sentinel.failure || sentinel.failure->kind == Failure::Kind::refused_by_server;
  };
  return waited >= returning_host_grace ||
         std::any_of(view.nodes.begin(), view.nodes.end(), is_there) ||
         std::any_of(view.sentinels.begin(), view.sentinels.end(), runs);
}

// NOLINTNEXTLINE(readability-function-size): a line a case
std::string describe(const MasterChoice& choice) {
  const std::string who = to_string(choice.about);
  switch (choice.reason) {
    case sentinels_name:
      return "the sentinels name " + who;
    case all_name:
      return "all sentinels that answer name " + who + ", which does not";
    case only_master:
      return who + " is the only master that answers";
    case master_with_replicas:
      return "of several masters " + who + " has linked replicas";
    case freshest_master:
      return "of several masters " + who + " has the newest data";
    case set_master:
      return "of several masters " + who + " is REDIS_MASTER_HOST";
    case first_peer:
      return "of several empty masters " + who + " is the first";
    case nobody_answers:
      return "no data node answers, and no sentinel knows the group";
    case sentinel_is_strange:
      return "sentinel " + who + " answers, and does not know the group, nor does any other";
    case sentinel_refuses:
      return "sentinel " + who + " refuses to answer";
    case sentinel_is_silent:
      return "sentinel " + who + " does not answer yet";
    case few_sentinels:
      return "less than half of the known sentinels answer";
    case sentinels_differ:
      return "the sentinels name different masters";
    case named_is_silent:
      return "the sentinels name " + who + ", which does not answer";
    case named_is_replica:
      return "the sentinels name " + who + ", which is a replica";
    case no_master:
      return "only replicas answer; their master " + who + " does not say that it is one";
    case follows_another:
      return "replicas follow " + who + ", which does not answer";
    case peers_are_silent:
      return who + " does not answer yet, and the only master has no replicas";
    case several_masters:
      return "several masters with different data; say which one by REDIS_MASTER_HOST";
  }
  return {};
}

MonitorSeed seed_of(const Endpoint& master, const GroupView& view, const std::string& myid) {
  MonitorSeed seed{master, 0, 0, myid};
  const NodeView* node = find_node(view, master);
  if (node == nullptr || node->role == NodeView::Role::unknown) {
    add_acquaintances(seed, view);
  }
  for (const SentinelView& sentinel : view.sentinels) {
    seed.current_epoch = std::max(seed.current_epoch, sentinel.newest_epoch);
    if (sentinel.knows_group && sentinel.master == master) {
      seed.config_epoch = std::max(seed.config_epoch, sentinel.config_epoch);
    }
    if (!myid.empty() && sentinel.id == myid) {
      seed.myid.clear();
    }
  }
  return seed;
}

std::string identity_basis(const Settings& settings) {
  if (!settings.announce_host.given) {
    return {};
  }
  const int port =
      settings.announce_port.given ? settings.announce_port.value : settings.sentinel_port.value;
  return settings.announce_host.value + ":" + std::to_string(port);
}

}  // namespace dkr
