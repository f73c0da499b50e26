#include "replication.hpp"

#include <algorithm>

#include "clients.hpp"

namespace dkr::model {
namespace {

constexpr Tick repl_timeout = 60 * second;
constexpr long long empty_aof = 500;

bool keeps_aof(const World& world) {
  return world.parameters.keeping != Keeping::rdb;
}

Tick copy_time(const World& world) {
  return world.parameters.big ? 6 : 1;
}

/// The data so many ticks ago.
const Data& data_before(const World& world, const Server& server, Tick ticks) {
  const auto size = static_cast<Tick>(server.before.size());
  return server.before.at(static_cast<Index>((world.now - ticks + 2 * size) % size));
}

Data left_on_disk(const World& world, Index node, End how) {
  const Server& server = world.nodes.at(node).server;
  const Tick slow = world.parameters.keeping == Keeping::slow_aof ? 2 : 0;
  return how == End::killed && slow == 0
             ? server.data
             : data_before(world, server, slow + (how == End::killed ? 1 : 2));
}

/// Whether the AOF lacks what clients were told is written.
bool is_behind_its_disk(const World& world, Index node) {
  const bool hangs = world.now < world.troubles.at(node).volume;
  return hangs ||
         left_on_disk(world, node, End::killed).offset != world.nodes.at(node).server.data.offset;
}

/// Whether writes of a replica that copies anew are lost by that, though nobody else has them.
void note_wiped(World& world, Index node, const Writes& now) {
  Writes lost = world.nodes.at(node).server.data.writes & lost_from(world, now);
  for (Index other = 0; other < world.nodes.size(); ++other) {
    const auto& aside = world.nodes.at(other).volume.aside;
    lost &= ~(aside ? aside->writes : Writes{});
    if (other != node) {
      lost &= ~held_by(world, other);
    }
  }
  if (lost.any()) {
    world.wiped.push_back(world.nodes.at(node).name + " gives up " + std::to_string(lost.count()) +
                          " writes that nobody else has");
    world.tell(world.wiped.back());
  }
}

/// All data of the master arrives.
void take_copy(World& world, Index node, const Data& from) {
  Server& server = world.nodes.at(node).server;
  Volume& volume = world.nodes.at(node).volume;
  note_wiped(world, node, from.writes);
  volume.data = keeps_aof(world) ? server.data : from;
  server.data = from;
  server.data.aof_size = empty_aof + from.offset;
  server.rewritten_at = keeps_aof(world) ? world.now + 2 * copy_time(world) : 0;
  world.tell(world.nodes.at(node).name + " has copied all data of its master, " +
             std::to_string(from.keys) + " keys");
}

void link(World& world, Index node, Index master) {
  Server& server = world.nodes.at(node).server;
  server.link_up = server.was_linked = true;
  server.linked_to = master;
  server.master_run = world.nodes.at(master).server.run_id;
  server.heard_master = world.now;
  server.copied_at.reset();
}

/// Takes what the master has more.
void stream(World& world, Index node, const Data& from) {
  Data& to = world.nodes.at(node).server.data;
  const long long size = to.aof_size + std::max(from.offset - to.offset, 0LL);
  to = from;
  to.aof_size = size;
}

bool same_run(const World& world, const Server& replica) {
  const Server& master = world.nodes.at(replica.linked_to).server;
  return master.up && master.run_id == replica.master_run;
}

/// A replica with a link: data comes, or it finds out that none does any more.
void keep_link(World& world, Index node) {
  Server& server = world.nodes.at(node).server;
  const Index to = server.linked_to;
  Server& master = world.nodes.at(to).server;
  const bool way = world.can(node, to);
  if (way && same_run(world, server) && world.now >= master.hangs_until) {
    stream(world, node, master.data);
    server.heard_master = world.now;
    master.acknowledged.at(node) = world.now;
  } else if ((way && !same_run(world, server)) || world.now - server.heard_master > repl_timeout) {
    server.link_up = false;
    server.linked_to = nobody;
  }
}

bool continues(const Data& mine, const Data& masters) {
  return (mine.replication_id == masters.replication_id && mine.offset <= masters.offset) ||
         (!masters.former_id.empty() && mine.replication_id == masters.former_id &&
          mine.offset <= masters.former_end);
}

bool refuse_each_other(const World& world, Index one, Index other) {
  return world.now < world.troubles.at(one).password ||
         world.now < world.troubles.at(other).password;
}

/// A replica without a link looks for its master.
void seek_link(World& world, Index node) {
  Server& server = world.nodes.at(node).server;
  const Index to = node_at(world, server.master);
  const bool unresolved = world.parameters.names && world.now < world.troubles.at(node).dns;
  if (to == nobody || to == node || unresolved || !answers(world, node, to) ||
      refuse_each_other(world, node, to)) {
    server.copied_at.reset();
    return;
  }
  const Server& master = world.nodes.at(to).server;
  if (world.now < master.loading_until || (!master.is_master && !master.link_up)) {
    return;
  }
  if (continues(server.data, master.data)) {
    stream(world, node, master.data);
    link(world, node, to);
  } else if (!server.copied_at) {
    server.copied_at = world.now + copy_time(world);
  } else if (world.now >= *server.copied_at) {
    take_copy(world, node, master.data);
    link(world, node, to);
  }
  if (server.link_up) {
    world.nodes.at(to).server.acknowledged.at(node) = world.now;
  }
}

/// A master notices that a replica has gone: at once when its host says so.
void drop_replicas(World& world, Index node) {
  Server& server = world.nodes.at(node).server;
  for (Index other = 0; other < world.nodes.size(); ++other) {
    auto& heard = server.acknowledged.at(other);
    const Server& replica = world.nodes[other].server;
    const bool linked = replica.up && replica.link_up && replica.linked_to == node;
    if (heard && ((!linked && world.can(node, other)) || world.now - *heard > repl_timeout)) {
      heard.reset();
    }
  }
}

void remember(World& world, Server& server, Volume& volume) {
  if (server.rewritten_at != 0 && world.now >= server.rewritten_at) {
    server.rewritten_at = 0;
    server.before.fill(server.data);
    volume.data = server.data;
  }
  server.before.at(static_cast<Index>(world.now) % server.before.size()) = server.data;
}

/// In seconds, as the server counts it.
Tick lag_of(const World& world, Tick heard) {
  return (world.now - heard) / second;
}

int good_replicas(const World& world, const Server& server) {
  return static_cast<int>(std::count_if(
      server.acknowledged.begin(), server.acknowledged.end(),
      [&](const auto& heard) { return heard && lag_of(world, *heard) <= server.limits.max_lag; }));
}

/// Closes the link of a replica, which its master notices at once where there is a way.
void leave_master(World& world, Index node) {
  Server& server = world.nodes.at(node).server;
  if (server.linked_to != nobody && world.can(node, server.linked_to)) {
    world.nodes.at(server.linked_to).server.acknowledged.at(node).reset();
  }
  server.link_up = server.was_linked = false;
  server.linked_to = nobody;
  server.copied_at.reset();
}

}  // namespace

void start_server(World& world, Index node, const MinReplicas& limits) {
  Node& one = world.nodes.at(node);
  Server server;
  server.up = true;
  server.loading_until = world.now + (one.volume.data ? copy_time(world) - 1 : 0);
  server.is_master = one.volume.role != NodeData::Role::replica;
  server.master = server.is_master ? Endpoint{} : one.volume.master;
  server.data = one.volume.data.value_or(Data{});
  const bool history = !keeps_aof(world) && !server.data.replication_id.empty();
  if (server.is_master || !history) {
    server.data.former_id = history ? server.data.replication_id : "";
    server.data.former_end = history ? server.data.offset : -1;
    server.data.offset = history ? server.data.offset : 0;
    server.data.replication_id = world.new_id("h");
  }
  server.before.fill(server.data);
  server.priority = one.volume.priority;
  server.limits = limits;
  server.run_id = world.new_id("run");
  one.server = server;
}

void end_server(World& world, Index node, End how) {
  Node& one = world.nodes.at(node);
  if (!one.server.up) {
    return;
  }
  const bool hangs = world.now < world.troubles.at(node).volume;
  if (how == End::stopped) {
    for (Index other = 0; other < world.nodes.size(); ++other) {
      if (world.nodes[other].server.link_up && world.nodes[other].server.linked_to == node) {
        keep_link(world, other);
      }
    }
  }
  if (how == End::stopped && !hangs) {
    one.volume.data = one.server.data;
  } else if (keeps_aof(world) && one.server.rewritten_at == 0 && !hangs) {
    one.volume.data = left_on_disk(world, node, how);
  }
  const Writes written = one.server.data.writes;
  leave_master(world, node);
  one.server = Server{};
  if (hangs) {
    excuse_lost(world);
    excuse_untold(world, written & ~held_by(world, node));
  }
}

void rewrite_conf(World& world, Index node) {
  Node& one = world.nodes.at(node);
  one.volume.role = one.server.is_master ? NodeData::Role::master : NodeData::Role::replica;
  one.volume.master = one.server.master;
  one.volume.priority = one.server.priority;
  one.volume.limits = one.server.limits;
}

void become_master(World& world, Index node) {
  Server& server = world.nodes.at(node).server;
  if (!server.is_master) {
    server.is_master = true;
    server.master = {};
    leave_master(world, node);
    server.data.former_id = server.data.replication_id;
    server.data.former_end = server.data.offset;
    server.data.replication_id = world.new_id("h");
  }
  rewrite_conf(world, node);
}

void become_replica(World& world, Index node, const Endpoint& master) {
  Server& server = world.nodes.at(node).server;
  if (server.is_master || server.master != master) {
    server.is_master = false;
    server.master = master;
    leave_master(world, node);
    server.acknowledged = {};
  }
  rewrite_conf(world, node);
}

void save(World& world, Index node) {
  Node& one = world.nodes.at(node);
  if (one.server.up && !keeps_aof(world)) {
    one.volume.data = one.server.data;
  }
}

void replicate(World& world) {
  for (Index node = 0; node < world.nodes.size(); ++node) {
    Server& server = world.nodes[node].server;
    if (server.up && !server.is_master && world.now >= server.hangs_until &&
        world.now >= server.loading_until) {
      server.link_up ? keep_link(world, node) : seek_link(world, node);
    }
  }
  for (Index node = 0; node < world.nodes.size(); ++node) {
    if (world.nodes[node].server.up) {
      drop_replicas(world, node);
      remember(world, world.nodes[node].server, world.nodes[node].volume);
    }
  }
}

bool takes_writes(const World& world, Index node) {
  const Server& server = world.nodes.at(node).server;
  const bool limited = server.limits.to_write > 0 && server.limits.max_lag > 0;
  return server.up && server.is_master && world.now >= server.loading_until &&
         world.now >= server.hangs_until && world.now >= server.paused_until &&
         (!limited || good_replicas(world, server) >= server.limits.to_write);
}

Writes held_by(const World& world, Index node) {
  const Node& one = world.nodes.at(node);
  return one.server.up ? one.server.data.writes
                       : (one.volume.data ? one.volume.data->writes : Writes{});
}

NodeView info_of(const World& world, Index node, const Endpoint& at) {
  const Server& server = world.nodes.at(node).server;
  NodeView view;
  view.at = at;
  view.role = server.is_master ? NodeView::Role::master : NodeView::Role::replica;
  view.loading = world.now < server.loading_until;
  view.master = server.master;
  view.link_up = server.link_up;
  view.was_linked = server.was_linked;
  view.synchronizing = server.copied_at.has_value();
  for (Index other = 0; other < world.nodes.size(); ++other) {
    if (server.acknowledged.at(other)) {
      ++view.linked_replicas;
      if (lag_of(world, *server.acknowledged.at(other)) <= guard_lag.count()) {
        view.replicas.push_back(called(world, other));
      }
    }
  }
  view.keys = server.data.keys;
  view.replication_id = server.data.replication_id;
  view.former_id = server.data.former_id;
  view.offset = server.data.offset;
  view.priority = server.priority;
  view.aof_size = keeps_aof(world) ? server.data.aof_size : -1;
  view.aof_waits = keeps_aof(world) && is_behind_its_disk(world, node);
  const auto& disk = world.nodes.at(node).volume.data;
  view.changes = disk && disk->offset == server.data.offset ? 0 : 1;
  view.aof_rewrite = server.rewritten_at != 0;
  view.run_id = server.run_id;
  view.announced = called(world, node);
  return view;
}

}  // namespace dkr::model
