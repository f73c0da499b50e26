#include "world.hpp"

#include <array>
#include <cstdio>

#include "dkr/core/settings/raw_settings.hpp"
#include "watcher.hpp"

namespace dkr::model {
namespace {

constexpr std::uint16_t node_port = 6379;
constexpr std::uint16_t sentinel_port = 26379;
constexpr std::array<const char*, most_nodes> node_names{"m", "r1", "r2"};
constexpr Index first_writes = 12;

const Settings& usual_settings() {
  static const Settings settings = parse_settings({}, "/")->settings;
  return settings;
}

Endpoint node_address(Index node, int moves) {
  return {"10.0." + std::to_string(moves) + "." + std::to_string(node + 1), node_port};
}

Endpoint sentinel_address(Index sentinel, int which) {
  return {"10." + std::to_string(which) + ".1." + std::to_string(sentinel + 1), sentinel_port};
}

Settings settings_of(const World& world, const Node& node) {
  Settings settings = usual_settings();
  settings.group = {"redis", true};
  settings.down_after.value = std::chrono::seconds(world.parameters.down_after);
  settings.peer_wait.value = 20s;
  const auto told = static_cast<Index>(world.parameters.seeds);
  for (Index which = 0; which < world.sentinels.size() && (told == 0 || which < told); ++which) {
    const auto& at = world.sentinels[which].at;
    settings.sentinel_hosts.value.insert(settings.sentinel_hosts.value.end(), at.begin(), at.end());
  }
  settings.sentinel_hosts.given = true;
  if (world.parameters.names) {
    settings.announce_host = {node.host_name.host, true};
  }
  for (Index other = 0; world.parameters.peers && other < world.parameters.nodes; ++other) {
    settings.peers.value.push_back(world.parameters.names
                                       ? Endpoint{"redis-" + std::to_string(other), node_port}
                                       : node_address(other, 1));
    settings.peers.given = true;
  }
  return settings;
}

Data first_data(World& world) {
  Data data;
  for (; world.next_write < first_writes; ++world.next_write) {
    data.writes.set(world.next_write);
  }
  data.keys = static_cast<int>(first_writes);
  data.replication_id = world.new_id("h");
  data.offset = static_cast<long long>(first_writes) * write_size;
  data.aof_size = data.offset + (world.parameters.big ? 64LL * 1024 * 1024 : 0);
  return data;
}

void add_node(World& world, Index which) {
  Node node;
  node.name = node_names.at(which);
  node.moves = 1;
  node.address = node_address(which, 1);
  node.host_name = {"redis-" + std::to_string(which), node_port};
  const bool backup = world.parameters.backup && which + 1 == world.parameters.nodes;
  node.own_priority = backup ? 0 : world.parameters.preferred && which == 1 ? 10 : 100;
  node.plain = world.parameters.plain && which + 1 == world.parameters.nodes;
  world.nodes.push_back(std::move(node));
}

void add_sentinel(World& world, Index which) {
  Sentinel sentinel;
  sentinel.name = "s" + std::to_string(which + 1);
  sentinel.id = sentinel.name + "id";
  sentinel.at = {sentinel_address(which, 1)};
  if (world.parameters.second_address) {
    sentinel.at.push_back(sentinel_address(which, 2));
  }
  world.sentinels.push_back(std::move(sentinel));
}

void settle_node(World& world, Index which, const Data& data) {
  Node& node = world.nodes.at(which);
  node.settings = settings_of(world, node);
  node.life = Node::Life::running;
  node.init = Supervisor{1, node.settings.stop_timeout.value};
  node.init.crash.policy = node.settings.on_crash.value;
  node.init.watcher.wanted = !node.plain;
  node.init.hands_over = !node.plain;
  Server& server = node.server;
  server.up = true;
  server.is_master = which == 0;
  server.data = data;
  server.before.fill(data);
  server.priority = node.own_priority;
  server.limits.to_write = world.parameters.min_replicas;
  server.run_id = world.new_id("run");
  server.master = which == 0 ? Endpoint{} : called(world, 0);
  server.link_up = server.was_linked = which != 0;
  server.linked_to = which == 0 ? nobody : 0;
  server.master_run = which == 0 ? "" : world.nodes.front().server.run_id;
  if (which != 0) {
    world.nodes.front().server.acknowledged.at(which) = 0;
  }
  node.volume = {data,
                 {},
                 which == 0 ? NodeData::Role::master : NodeData::Role::replica,
                 server.master,
                 node.own_priority,
                 server.limits,
                 StateNote{"redis", {}, {}, false, {}, {}, node.boot}};
}

void settle_sentinel(World& world, Index which) {
  Sentinel& sentinel = world.sentinels.at(which);
  sentinel.master.at = called(world, 0);
  sentinel.master.role = NodeView::Role::master;
  sentinel.current_epoch = static_cast<std::uint64_t>(world.parameters.epoch);
  sentinel.config_epoch = sentinel.voted_epoch = sentinel.current_epoch;
  for (Index node = 1; node < world.nodes.size(); ++node) {
    Instance replica;
    replica.at = called(world, node);
    replica.role = NodeView::Role::replica;
    replica.priority = world.nodes.at(node).own_priority;
    replica.follows = called(world, 0);
    sentinel.replicas.push_back(replica);
  }
  for (Index other = 0; other < world.sentinels.size(); ++other) {
    if (other != which) {
      sentinel.others.push_back(other);
    }
  }
}

}  // namespace

void World::tell(const std::string& line) {
  if (diary != nullptr) {
    std::array<char, 32> time{};
    std::snprintf(time.data(), time.size(), "%6.1f  ", now / static_cast<double>(second));
    diary->push_back(time.data() + line);
  }
}

std::string World::new_id(const char* kind) {
  return kind + std::to_string(next_id++);
}

World make_world(const Parameters& parameters) {
  World world;
  world.parameters = parameters;
  for (Index node = 0; node < parameters.nodes; ++node) {
    add_node(world, node);
  }
  for (Index sentinel = 0; sentinel < parameters.sentinels; ++sentinel) {
    add_sentinel(world, sentinel);
  }
  const Data data = first_data(world);
  for (Index node = 0; node < parameters.nodes; ++node) {
    settle_node(world, node, data);
    world.snapshots.push_back(world.nodes.at(node).volume);
  }
  for (Index sentinel = 0; sentinel < parameters.sentinels; ++sentinel) {
    settle_sentinel(world, sentinel);
  }
  return world;
}

Index node_at(const World& world, const Endpoint& at) {
  for (Index node = 0; node < world.nodes.size(); ++node) {
    if (world.nodes[node].address == at || world.nodes[node].host_name == at) {
      return node;
    }
  }
  return nobody;
}

Index sentinel_at(const World& world, const Endpoint& at) {
  for (Index sentinel = 0; sentinel < world.sentinels.size(); ++sentinel) {
    if (contains(world.sentinels[sentinel].at, at)) {
      return sentinel;
    }
  }
  return nobody;
}

Endpoint called(const World& world, Index node) {
  return world.parameters.names ? world.nodes.at(node).host_name : world.nodes.at(node).address;
}

Endpoint by_name(const World& world, const Endpoint& at) {
  const Index node = node_at(world, at);
  return world.parameters.names && node != nobody ? world.nodes[node].host_name : at;
}

std::vector<Endpoint> endpoints_of(const World& world, Index node) {
  const Node& one = world.nodes.at(node);
  return world.parameters.names ? std::vector<Endpoint>{one.host_name, one.address}
                                : std::vector<Endpoint>{one.address};
}

bool answers(const World& world, Index from_host, Index node) {
  const Server& server = world.nodes.at(node).server;
  return server.up && world.now >= server.hangs_until && world.can(from_host, node);
}

}  // namespace dkr::model
