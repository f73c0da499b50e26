#include "invariants.hpp"

#include <algorithm>

#include "clients.hpp"
#include "dkr/core/decide/fence.hpp"
#include "replication.hpp"
#include "sentinel.hpp"

namespace dkr::model {
namespace {

constexpr Tick shut_patience = 3 * second;
/// Twice REDIS_PEER_WAIT_MS for a backup that takes over by itself.
constexpr Tick start_patience = (2 * 20 + 5) * second;
/// With the time for which a vote for one that does not answer is waited for.
constexpr Tick name_patience = (8 + 5) * second;
/// A RESET by hand in a failover makes a sentinel forget it.
constexpr Tick reset_patience = 40 * second;
/// A vote for a sentinel that is out of reach closes a gate for so long.
constexpr Tick vote_patience = 6 * second;
constexpr Tick service_patience = 55 * second;
/// For so long after a failover that was asked for masters may overlap as the fence lets them.
constexpr Tick forced_time = 20 * second;

void violate(const World& world, Witness& witness, int invariant, const std::string& text) {
  const auto same = [&](const Violation& one) { return one.invariant == invariant; };
  if (std::none_of(witness.violations.begin(), witness.violations.end(), same)) {
    witness.violations.push_back({invariant, world.now, text});
    world.diary == nullptr
        ? void()
        : world.diary->push_back("   !!!  I" + std::to_string(invariant) + ": " + text);
  }
}

/// Whether a node has data of its own, and stays what it is.
bool is_foreign(const World& world, const Node& node) {
  const bool finds_so =
      node.watcher.found().kind == RoleCase::Kind::foreign_data ||
      (!node.watcher.looked_at && node.start_case.kind == RoleCase::Kind::foreign_data);
  const auto& note = node.volume.note;
  return !node.plain && (finds_so || (world.parameters.notes && (!note || note->group != "redis")));
}

std::vector<Index> open_masters(const World& world) {
  std::vector<Index> all;
  for (Index node = 0; node < world.nodes.size(); ++node) {
    const bool foreign = is_foreign(world, world.nodes[node]);
    if (takes_writes(world, node) && !foreign) {
      all.push_back(node);
    }
  }
  return all;
}

Tick longest_overlap(const World& world) {
  const auto limit = fence_after(world.nodes.front().settings, {}, {});
  const bool forced = world.now - world.forced_failover < forced_time;
  return forced ? static_cast<Tick>(limit / 500ms) + 1 * second : 0;
}

/// Whether most sentinels name a node.
bool is_named(const World& world, Index node) {
  const auto names = [&](const Sentinel& one) {
    return one.knows_group && node_at(world, named_by(one)) == node;
  };
  const auto count = std::count_if(world.sentinels.begin(), world.sentinels.end(), names);
  return 2 * static_cast<Index>(count) > world.sentinels.size();
}

void watch_masters(const World& world, Witness& witness) {
  auto open = open_masters(world);
  std::erase_if(open, [&](Index node) {
    const bool in_place = is_named(world, node) && is_with_most(world, node);
    return world.nodes.at(node).plain && !in_place;  // nobody of ours could close it
  });
  witness.two_masters = open.size() > 1 ? witness.two_masters + 1 : 0;
  if (witness.two_masters > longest_overlap(world)) {
    violate(world, witness, 2,
            world.nodes.at(open[0]).name + " and " + world.nodes.at(open[1]).name +
                " both take writes");
  }
}

/// Whether most sentinels name a node, reach it, and are at rest.
bool is_wanted(const World& world, Index node) {
  Index count = 0;
  for (Index which = 0; which < world.sentinels.size(); ++which) {
    const Sentinel& sentinel = world.sentinels[which];
    const Index host = world.host_of_sentinel(which);
    if (!sentinel.up || !sentinel.knows_group) {
      continue;
    }
    if (sentinel.state != FailoverState::none || sentinel.master.s_down) {
      return false;
    }
    const bool names = node_at(world, named_by(sentinel)) == node;
    count += names && world.can(host, node) && world.can(node, host) ? 1U : 0U;
  }
  return 2 * count > world.sentinels.size();
}

/// Whether a sentinel that a node does not reach may have promoted another: one that names this
/// node has voted for it since.
bool may_be_replaced(const World& world, Index node) {
  return std::any_of(world.sentinels.begin(), world.sentinels.end(), [&](const Sentinel& sentinel) {
    return sentinel.up && sentinel.knows_group && node_at(world, named_by(sentinel)) == node &&
           sentinel.voted_for != nobody && sentinel.voted_epoch > sentinel.config_epoch &&
           !sentinel_answers(world, node, sentinel.voted_for);
  });
}

/// Whether sentinels name two nodes in one epoch: one of them could not look up a name.
bool differ_in_an_epoch(const World& world) {
  const auto& all = world.sentinels;
  return std::any_of(all.begin(), all.end(), [&](const Sentinel& one) {
    return std::any_of(all.begin(), all.end(), [&](const Sentinel& other) {
      return one.config_epoch == other.config_epoch && named_by(one) != named_by(other);
    });
  });
}

/// Whether a node has no keys, and another one has some, or had them before it went down.
bool lacks_all(const World& world, const Node& node) {
  return node.server.data.keys == 0 &&
         std::any_of(world.nodes.begin(), world.nodes.end(), [](const Node& other) {
           const auto& kept = other.volume.data;
           return other.server.up ? other.server.data.keys > 0 : kept && kept->keys > 0;
         });
}

void watch_gates(const World& world, Witness& witness) {
  for (Index which = 0; which < world.nodes.size(); ++which) {
    const Node& node = world.nodes[which];
    const bool serves = node.server.up && node.server.is_master &&
                        world.now >= node.server.loading_until &&
                        world.now >= node.server.hangs_until;
    const bool shut = serves && refuse_all(node.server.limits);
    const bool foreign = node.watcher.found().kind == RoleCase::Kind::foreign_data;
    const bool waits_for_others =
        node.server.data.keys == 0 &&
        (world.now - node.watcher.began) * 500ms < node.settings.peer_wait.value;
    const bool excused =
        waits_for_others || lacks_all(world, node) || world.now < world.troubles.at(which).locked ||
        world.now - world.foreign_vote < vote_patience || may_be_replaced(world, which) ||
        differ_in_an_epoch(world) || world.now - world.forced_failover < forced_time;
    const bool wrong = shut && !excused && (foreign || is_wanted(world, which));
    witness.shut.at(which) = wrong ? witness.shut.at(which) + 1 : 0;
    if (witness.shut.at(which) > shut_patience) {
      violate(world, witness, 5, node.name + " refuses writes, and nothing is wrong with it");
    }
  }
}

void watch_starts(const World& world, Witness& witness) {
  for (Index which = 0; which < world.nodes.size(); ++which) {
    // The only copy is a backup's: it takes over by itself when it can.
    const bool kept = world.nodes[which].start_case.kind == RoleCase::Kind::named_but_older;
    const bool decides = world.nodes[which].life == Node::Life::deciding && !kept;
    witness.undecided.at(which) = decides ? witness.undecided.at(which) + 1 : 0;
    if (witness.undecided.at(which) > start_patience) {
      violate(world, witness, 7, world.nodes[which].name + " still waits for its role");
    }
  }
}

/// Whether a node could tell most sentinels where it is.
bool is_there(const World& world, Index node) {
  Index reach = 0;
  for (Index sentinel = 0; sentinel < world.sentinels.size(); ++sentinel) {
    reach += sentinel_answers(world, node, sentinel) ? 1U : 0U;
  }
  const Server& server = world.nodes.at(node).server;
  return server.up && world.now >= server.hangs_until &&
         world.now >= world.troubles.at(node).locked && 2 * reach > world.sentinels.size() &&
         is_with_most(world, node);
}

void watch_names(const World& world, Witness& witness) {
  const auto names_nobody = [&](const Sentinel& one) {
    return one.up && one.state == FailoverState::none && one.knows_group &&
           node_at(world, named_by(one)) == nobody;
  };
  const auto count = std::count_if(world.sentinels.begin(), world.sentinels.end(), names_nobody);
  bool master = false;
  for (Index node = 0; node < world.nodes.size(); ++node) {
    master = master || (is_there(world, node) && world.nodes[node].server.is_master);
  }
  const bool replaces =
      std::any_of(world.sentinels.begin(), world.sentinels.end(),
                  [](const Sentinel& one) { return one.up && one.state != FailoverState::none; });
  const bool astray = master && !replaces && 2 * static_cast<Index>(count) > world.sentinels.size();
  const bool by_hand = world.now - world.reset_at < reset_patience;
  witness.astray = astray && !by_hand ? witness.astray + 1 : 0;
  if (witness.astray > name_patience) {
    violate(world, witness, 6, "most sentinels name an address that nobody has");
  }
}

/// Whether all that is wrong is that some servers and sentinels do not run.
bool only_lacks_servers(const World& world) {
  const auto free = [](int by) { return by == 0; };
  const auto is_free = [&](const auto& row) { return std::all_of(row.begin(), row.end(), free); };
  const auto is_well = [&](const Troubles& one) {
    return world.now >= std::max({one.dns, one.volume, one.password, one.locked});
  };
  return std::all_of(world.blocked.begin(), world.blocked.end(), is_free) &&
         std::all_of(world.troubles.begin(), world.troubles.end(), is_well);
}

/// Whether a living server has all that must not be lost, and most sentinels are there.
bool could_go_on(const World& world) {
  const auto lives = [](const Sentinel& one) { return one.up; };
  const auto count = std::count_if(world.sentinels.begin(), world.sentinels.end(), lives);
  bool whole = false;
  for (Index node = 0; node < world.nodes.size(); ++node) {
    whole = whole || (world.nodes[node].server.up && (world.safe & ~held_by(world, node)).none());
  }
  return whole && 2 * static_cast<Index>(count) > world.sentinels.size();
}

void watch_service(const World& world, Witness& witness) {
  if (world.now - world.disturbed > service_patience && only_lacks_servers(world) &&
      could_go_on(world) && open_masters(world).empty()) {
    violate(world, witness, 4, "for long nobody takes writes, though somebody could");
  }
}

/// The node that most sentinels name, if it is a master; else one that takes writes.
Index final_master(const World& world) {
  for (Index node = 0; node < world.nodes.size(); ++node) {
    if (is_named(world, node) && world.nodes[node].server.is_master) {
      return node;
    }
  }
  const auto open = open_masters(world);
  return open.empty() ? nobody : open.front();
}

void judge_writes(const World& world, Witness& witness, Index master) {
  Writes left;
  for (Index node = 0; node < world.nodes.size(); ++node) {
    left |= master == nobody || master == node ? held_by(world, node) : Writes{};
  }
  const Writes lost = lost_from(world, left);
  if (lost.any()) {
    violate(world, witness, 1,
            std::to_string(lost.count()) + " writes are lost that two nodes had");
  }
}

/// What is wrong with a node beside the master; empty: nothing.
std::string complaint(const World& world, Index which, Index master) {
  const Node& node = world.nodes.at(which);
  if (!node.server.up) {
    return node.name + " does not run";
  }
  const bool foreign = is_foreign(world, node);
  if (which != master && !foreign &&
      (!node.server.link_up || node.server.is_master || node.server.linked_to != master)) {
    return node.name + " is not linked to the master";
  }
  if (node.server.priority != node.own_priority) {
    return node.name + " has the priority of a node that is held back";
  }
  return node.server.limits.to_write != world.parameters.min_replicas && !foreign
             ? node.name + " has limits of ours"
             : "";
}

void judge_group(const World& world, Witness& witness) {
  const auto open = open_masters(world);
  if (open.size() != 1) {
    return violate(world, witness, 4,
                   std::to_string(open.size()) + " nodes take writes at the end");
  }
  for (const Sentinel& sentinel : world.sentinels) {
    if (sentinel.knows_group && node_at(world, named_by(sentinel)) != open.front()) {
      return violate(world, witness, 4, sentinel.name + " names another node at the end");
    }
  }
  for (Index node = 0; node < world.nodes.size(); ++node) {
    if (const auto wrong = complaint(world, node, open.front()); !wrong.empty()) {
      return violate(world, witness, 4, wrong);
    }
  }
}

/// Whether a sentinel is at rest, and knows all there is to know.
bool is_at_rest(const World& world, const Sentinel& sentinel, Index master) {
  const auto knows = [&](const Instance& one) {
    const Index node = node_at(world, one.at);
    return node == nobody || !world.nodes[node].server.up ||
           one.priority == world.nodes[node].server.priority;
  };
  return sentinel.up && sentinel.knows_group && !sentinel.waits_since &&
         sentinel.state == FailoverState::none && !sentinel.master.s_down &&
         node_at(world, sentinel.master.at) == master &&
         sentinel.config_epoch == world.sentinels.front().config_epoch &&
         sentinel.others.size() + 1 == world.sentinels.size() &&
         std::all_of(sentinel.replicas.begin(), sentinel.replicas.end(), knows);
}

}  // namespace

bool is_calm(const World& world) {
  const auto open = open_masters(world);
  if (open.size() != 1) {
    return false;
  }
  for (const Sentinel& sentinel : world.sentinels) {
    if (!is_at_rest(world, sentinel, open.front())) {
      return false;
    }
  }
  for (Index which = 0; which < world.nodes.size(); ++which) {
    const Node& node = world.nodes[which];
    if (node.plain && node.server.up && complaint(world, which, open.front()).empty()) {
      continue;
    }
    if (node.life != Node::Life::running || node.handover.runs || node.terminating ||
        !node.watcher.runs || node.watcher.found().kind != RoleCase::Kind::in_place ||
        is_foreign(world, node) || !complaint(world, which, open.front()).empty()) {
      return false;
    }
  }
  return true;
}

void watch_invariants(const World& world, Witness& witness) {
  watch_masters(world, witness);
  watch_gates(world, witness);
  watch_starts(world, witness);
  watch_service(world, witness);
  watch_names(world, witness);
  if (!world.wiped.empty()) {
    violate(world, witness, 3, world.wiped.front());
  }
}

void judge_end(const World& world, Witness& witness) {
  judge_writes(world, witness, final_master(world));
  judge_group(world, witness);
  for (const Sentinel& sentinel : world.sentinels) {
    if (!sentinel.knows_group) {
      violate(world, witness, 6, sentinel.name + " does not know the group");
    }
  }
  std::sort(witness.violations.begin(), witness.violations.end(),
            [](const auto& a, const auto& b) { return a.invariant < b.invariant; });
}

}  // namespace dkr::model
