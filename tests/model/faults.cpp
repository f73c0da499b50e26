#include "faults.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <utility>

#include "clients.hpp"
#include "failover.hpp"
#include "node.hpp"
#include "replication.hpp"
#include "sentinel.hpp"

namespace dkr::model {
namespace {

bool has(Hosts hosts, Index host) {
  return (hosts >> host & 1U) != 0;
}

template <class Do>
void each(const World& world, Hosts hosts, const Do& act) {
  for (Index host = 0; host < world.hosts(); ++host) {
    if (has(hosts, host)) {
      act(host);
    }
  }
}

void block(World& world, Hosts from, Hosts to, int by) {
  each(world, from, [&](Index one) {
    each(world, to, [&](Index other) { world.blocked.at(one).at(other) += one == other ? 0 : by; });
  });
}

void begin_cut(World& world, const Fault& fault) {
  block(world, fault.first, fault.second, 1);
  block(world, fault.second, fault.first, 1);
}
void end_cut(World& world, const Fault& fault) {
  block(world, fault.first, fault.second, -1);
  block(world, fault.second, fault.first, -1);
}
void begin_block(World& world, const Fault& fault) {
  block(world, fault.first, fault.second, 1);
}
void end_block(World& world, const Fault& fault) {
  block(world, fault.first, fault.second, -1);
}

void kill(World& world, const Fault& fault, bool power) {
  each(world, fault.first, [&](Index host) {
    if (host < world.nodes.size()) {
      return end_container(world, host, power, fault.lasts);
    }
    world.sentinels.at(host - world.nodes.size()).up = false;
  });
}
/// Without an AOF a server that is killed forgets what it has not saved.
void excuse_forgotten(World& world) {
  if (world.parameters.keeping == Keeping::rdb) {
    excuse_unknown(world);
  }
}

void begin_kill(World& world, const Fault& fault) {
  kill(world, fault, false);
  excuse_forgotten(world);
}
void begin_power(World& world, const Fault& fault) {
  kill(world, fault, true);
  excuse_all_power(world);
  excuse_unknown(world);
}
/// Nodes come back by themselves.
void end_kill(World& world, const Fault& fault) {
  each(world, fault.first, [&](Index host) {
    if (host < world.nodes.size()) {
      return;
    }
    Sentinel& sentinel = world.sentinels.at(host - world.nodes.size());
    if (!sentinel.up && !world.parameters.volumes) {
      sentinel.knows_group = false;
      sentinel.waits_since = world.now;
      sentinel.others.clear();
      sentinel.current_epoch = sentinel.config_epoch = sentinel.voted_epoch = 0;
    }
    sentinel.up = true;
    sentinel.state = FailoverState::none;
    sentinel.failover_start = long_ago;
    sentinel.master.pong = world.now;
    sentinel.master.s_down = sentinel.o_down = false;
    for (Instance& replica : sentinel.replicas) {
      replica.pong = world.now;
    }
  });
}

void begin_lose(World& world, const Fault& fault) {
  begin_kill(world, fault);
  each(world, fault.first, [&](Index node) {
    world.nodes.at(node).volume = {};
    world.nodes.at(node).volume.priority = world.nodes.at(node).own_priority;
    world.nodes.at(node).volume.limits.to_write = world.parameters.min_replicas;
  });
  excuse_unknown(world);
}

void begin_crash(World& world, const Fault& fault) {
  each(world, fault.first, [&](Index node) {
    if (world.nodes.at(node).server.up) {
      end_server(world, node, End::killed);
      happens(world, node, ProcessEnded{server_pid, killed_status});
    }
  });
  excuse_forgotten(world);
}

void begin_stop(World& world, const Fault& fault) {
  each(world, fault.first, [&](Index node) { stop_container(world, node, fault.lasts); });
}

void begin_watcher(World& world, const Fault& fault) {
  each(world, fault.first, [&](Index node) {
    if (world.nodes.at(node).watcher.runs) {
      world.nodes.at(node).watcher = {};
      happens(world, node, ProcessEnded{watcher_pid, killed_status});
    }
  });
}

void begin_hang(World& world, const Fault& fault) {
  each(world, fault.first,
       [&](Index node) { world.nodes.at(node).server.hangs_until = world.now + fault.lasts; });
}

void begin_failover(World& world, const Fault& fault) {
  world.forced_failover = world.now;
  each(world, fault.first, [&](Index host) {
    if (world.sentinels.at(host - world.nodes.size()).up) {
      ask_failover(world, host - world.nodes.size());
    }
  });
}

void begin_reset(World& world, const Fault& fault) {
  world.reset_at = world.now;
  each(world, fault.first, [&](Index host) { reset(world, host - world.nodes.size()); });
}

void begin_remove(World& world, const Fault& fault) {
  each(world, fault.first,
       [&](Index host) { world.sentinels.at(host - world.nodes.size()).knows_group = false; });
}

void begin_move(World& world, const Fault& fault) {
  begin_kill(world, fault);
  each(world, fault.first, [&](Index node) {
    Node& one = world.nodes.at(node);
    one.address.host = "10.0." + std::to_string(++one.moves) + "." + std::to_string(node + 1);
  });
}

void begin_rollback(World& world, const Fault& fault) {
  each(world, fault.first, [&](Index node) {
    excuse_untold(world, held_by(world, node) & ~world.snapshots.at(node).data->writes);
  });
  begin_kill(world, fault);
  each(world, fault.first,
       [&](Index node) { world.nodes.at(node).volume = world.snapshots.at(node); });
}

void begin_clone(World& world, const Fault& fault) {
  Volume copy;
  each(world, fault.first, [&](Index node) {
    copy = world.nodes.at(node).volume;
    if (world.nodes.at(node).server.up && world.parameters.keeping == Keeping::aof) {
      copy.data = world.nodes.at(node).server.data;
    }
  });
  Fault second = fault;
  second.first = fault.second;
  begin_kill(world, second);
  each(world, fault.second, [&](Index node) {
    world.nodes.at(node).volume = copy;
    world.nodes.at(node).volume.priority = world.nodes.at(node).own_priority;
  });
  excuse_untold(world, Writes().set() << world.next_write);
}

void begin_foreign(World& world, const Fault& fault) {
  begin_lose(world, fault);
  each(world, fault.first, [&](Index node) {
    Data data;
    data.keys = 3;
    data.writes.set(255);
    data.replication_id = world.new_id("foreign");
    data.aof_size = data.offset = write_size;
    world.nodes.at(node).volume.data = data;
    world.nodes.at(node).volume.role = NodeData::Role::master;
  });
}

void begin_drain(World& world, const Fault& fault) {
  world.drained_until = world.now + fault.lasts;
}

void begin_save(World& world, const Fault& fault) {
  each(world, fault.first, [&](Index node) { save(world, node); });
}

template <Tick Troubles::*trouble>
void begin_trouble(World& world, const Fault& fault) {
  each(world, fault.first,
       [&](Index host) { world.troubles.at(host).*trouble = world.now + fault.lasts; });
}

void begin_vote(World& world, const Fault& /*fault*/) {
  world.foreign_vote = world.now;
}

void begin_tilt(World& world, const Fault& fault) {
  each(world, fault.first, [&](Index host) {
    world.sentinels.at(host - world.nodes.size()).tilt_until = world.now + fault.lasts;
  });
}

using enum Target;

constexpr std::array<FaultKind, 24> kinds{{
    {"cut", "|", sides, true, "no way between two sides", begin_cut, end_cut},
    {"block", ">", sides, true, "the first cannot connect to the second", begin_block, end_block},
    {"kill", "", hosts, true, "the container is killed, and comes back", begin_kill, end_kill},
    {"power", "", hosts, true, "the machine loses its power, and comes back", begin_power,
     end_kill},
    {"lose", "", node, true, "killed, and comes back with an empty volume", begin_lose, nullptr},
    {"crash", "", node, false, "the server is killed", begin_crash, nullptr},
    {"stop", "", node, true, "SIGTERM to the container, which comes back after its end", begin_stop,
     nullptr},
    {"watcher", "", node, false, "the watcher is killed", begin_watcher, nullptr},
    {"hang", "", node, true, "the server stands still", begin_hang, nullptr},
    {"failover", "", sentinel, false, "SENTINEL FAILOVER by hand", begin_failover, nullptr},
    {"reset", "", sentinel, false, "SENTINEL RESET by hand", begin_reset, nullptr},
    {"remove", "", sentinel, false, "SENTINEL REMOVE by hand", begin_remove, nullptr},
    {"move", "", node, true, "killed, and comes back with another address", begin_move, nullptr},
    {"rollback", "", node, true, "killed, and comes back with its volume of the beginning",
     begin_rollback, nullptr},
    {"clone", ">", sides, true, "the second comes back with a copy of the first one's volume",
     begin_clone, nullptr},
    {"foreign", "", node, true, "comes back with the data of somebody else", begin_foreign,
     nullptr},
    {"drain", "", nothing, true, "clients take every key away", begin_drain, nullptr},
    {"save", "", node, false, "BGSAVE", begin_save, nullptr},
    {"dns", "", hosts, true, "the name service is silent", begin_trouble<&Troubles::dns>, nullptr},
    {"volume", "", node, true, "the volume hangs", begin_trouble<&Troubles::volume>, nullptr},
    {"password", "", node, true, "it and the other data nodes refuse each other",
     begin_trouble<&Troubles::password>, nullptr},
    {"locked", "", node, true, "its own watcher is refused", begin_trouble<&Troubles::locked>,
     nullptr},
    {"vote", "", nothing, false, "sentinels vote in a failover of another group", begin_vote,
     nullptr},
    {"tilt", "", sentinel, true, "the sentinel only observes", begin_tilt, nullptr},
}};

}  // namespace

std::span<const FaultKind> fault_kinds() {
  return kinds;
}

Index fault_named(std::string_view name) {
  const auto* const found = std::find_if(kinds.begin(), kinds.end(),
                                         [&](const FaultKind& one) { return one.name == name; });
  return static_cast<Index>(found - kinds.begin());
}

Hosts everybody(const Parameters& parameters) {
  return (1U << (parameters.nodes + parameters.sentinels)) - 1U;
}

}  // namespace dkr::model
