#include "sentinel.hpp"

#include <algorithm>

#include "dkr/core/decide/sentinel_master.hpp"
#include "failover.hpp"
#include "look.hpp"
#include "replication.hpp"

namespace dkr::model {
namespace {

constexpr Tick info_period = second;
constexpr Tick hello_period = 2 * second;
constexpr Tick failover_timeout = 10 * second;

void take_info(World& world, Instance& known, Index node) {
  const Server& server = world.nodes.at(node).server;
  const auto role = server.is_master ? NodeView::Role::master : NodeView::Role::replica;
  if (role != known.role) {
    known.role = role;
    known.role_since = world.now;
  }
  if (server.master != known.follows) {
    known.follows = server.master;
    known.follows_since = world.now;
  }
  known.priority = server.priority;
  known.offset = server.data.offset;
  known.told = world.now;
}

/// PING, and INFO when it is due.
void ask(World& world, Index which, Instance& known) {
  const Sentinel& sentinel = world.sentinels.at(which);
  const Index node = reached(world, which, known.at);
  if (node != nobody) {
    known.pong = world.now;
    if (sentinel.state != FailoverState::none || world.now - known.told >= info_period) {
      take_info(world, known, node);
    }
  }
}

/// A replica that it has only heard of.
Instance unheard(const World& world, const Endpoint& at) {
  Instance replica;
  replica.at = at;
  replica.pong = replica.role_since = replica.follows_since = world.now;
  replica.told = world.now - info_period;
  return replica;
}

/// The replicas that the master tells of.
void learn_replicas(World& world, Sentinel& sentinel, Index which) {
  const Index master = reached(world, which, sentinel.master.at);
  if (master == nobody || sentinel.master.told != world.now ||
      !world.nodes.at(master).server.is_master) {
    return;
  }
  for (Index node = 0; node < world.nodes.size(); ++node) {
    const Endpoint at = called(world, node);
    const bool known = std::any_of(sentinel.replicas.begin(), sentinel.replicas.end(),
                                   [&](const Instance& one) { return one.at == at; });
    const bool linked =
        world.nodes[master].server.acknowledged.at(node) && world.nodes[node].server.up;
    if (linked && !known) {
      sentinel.replicas.push_back(unheard(world, at));
    }
  }
}

void judge(const World& world, Instance& known, bool is_master) {
  const bool silent = world.is_down_for(known.pong, world.parameters.down_after);
  const bool changed = is_master && known.role == NodeView::Role::replica &&
                       world.is_down_for(known.role_since, world.parameters.down_after + 2);
  known.s_down = silent || changed;
  known.down_at = known.s_down ? world.now : known.down_at;
}

int that_miss(const World& world, Index which) {
  const Sentinel& sentinel = world.sentinels.at(which);
  return 1 + static_cast<int>(
                 std::count_if(sentinel.others.begin(), sentinel.others.end(), [&](Index other) {
                   const Sentinel& one = world.sentinels.at(other);
                   return sentinel_answers(world, world.host_of_sentinel(which), other) &&
                          one.knows_group && one.master.s_down && world.now >= one.tilt_until &&
                          one.master.at == sentinel.master.at;
                 }));
}

bool master_looks_sane(const World& world, const Sentinel& sentinel) {
  const Instance& master = sentinel.master;
  return master.role == NodeView::Role::master && !master.s_down &&
         world.now - master.told < 2 * info_period + 1;
}

/// +convert-to-slave and +fix-slave-config.
void set_right(World& world, Index which, Instance& known) {
  const Sentinel& sentinel = world.sentinels.at(which);
  const Index node = reached(world, which, known.at);
  const Tick wait = 4 * hello_period;
  if (node == nobody || !master_looks_sane(world, sentinel) || world.now - known.down_at < wait ||
      known.told != world.now || sentinel.state != FailoverState::none) {
    return;
  }
  const bool master = known.role == NodeView::Role::master && world.now - known.role_since > wait;
  const bool astray = known.role == NodeView::Role::replica &&
                      known.follows != sentinel.master.at &&
                      world.now - known.follows_since > failover_timeout;
  if (master || astray) {
    world.tell(sentinel.name + " makes " + world.nodes.at(node).name + " a replica of " +
               to_string(sentinel.master.at));
    become_replica(world, node, sentinel.master.at);
  }
}

/// Whether a hello of one comes to another: directly, or by a data node that both know.
bool hears(const World& world, Index from, Index to) {
  const Sentinel& speaker = world.sentinels.at(from);
  const Sentinel& listener = world.sentinels.at(to);
  const bool knows =
      std::find(speaker.others.begin(), speaker.others.end(), to) != speaker.others.end();
  if (knows && sentinel_answers(world, world.host_of_sentinel(from), to)) {
    return true;
  }
  const auto meets = [&](const Instance& one) {
    const Index node = reached(world, from, one.at);
    const auto same = [&](const Instance& other) { return other.at == one.at; };
    return node != nobody && world.now >= world.nodes[node].server.paused_until &&
           reached(world, to, one.at) == node &&
           (same(listener.master) ||
            std::any_of(listener.replicas.begin(), listener.replicas.end(), same));
  };
  return meets(speaker.master) ||
         std::any_of(speaker.replicas.begin(), speaker.replicas.end(), meets);
}

/// What a hello says of the master. One whose name cannot be looked up is not heeded, but its epoch
/// is.
struct News {
  std::uint64_t current_epoch;
  std::uint64_t config_epoch;
  Endpoint master;
};

void take_news(World& world, Index to, const News& news) {
  Sentinel& listener = world.sentinels.at(to);
  listener.current_epoch = std::max(listener.current_epoch, news.current_epoch);
  if (news.config_epoch > listener.config_epoch) {
    listener.config_epoch = news.config_epoch;
    if (listener.master.at != news.master && looks_up_names(world, to)) {
      switch_master(world, to, news.master);
    }
  }
}

void take_hello(World& world, Index to, Index from) {
  Sentinel& listener = world.sentinels.at(to);
  const Sentinel& speaker = world.sentinels.at(from);
  if (std::find(listener.others.begin(), listener.others.end(), from) == listener.others.end()) {
    listener.others.push_back(from);
  }
  take_news(world, to, {speaker.current_epoch, speaker.config_epoch, named_by(speaker)});
}

void say_hello(World& world, Index from) {
  Sentinel& speaker = world.sentinels.at(from);
  const bool due = (world.now + static_cast<Tick>(from)) % hello_period == 0;
  if (!due && !std::exchange(speaker.says_hello, false)) {
    return;
  }
  for (Index to = 0; to < world.sentinels.size(); ++to) {
    const Sentinel& listener = world.sentinels.at(to);
    if (to != from && listener.up && listener.knows_group && hears(world, from, to)) {
      take_hello(world, to, from);
    }
  }
}

/// Begins with a configuration. A name that cannot be looked up is one that does not answer yet.
void monitor(World& world, Index which, const MonitorSeed& seed) {
  Sentinel& sentinel = world.sentinels.at(which);
  sentinel.knows_group = true;
  sentinel.others.clear();
  for (const SeedSentinel& other : seed.sentinels) {
    sentinel.others.push_back(sentinel_at(world, other.at));
  }
  sentinel.current_epoch = seed.current_epoch;
  sentinel.config_epoch = seed.config_epoch;
  switch_master(world, which, by_name(world, seed.master));
  sentinel.replicas.clear();
  for (const Endpoint& at : seed.replicas) {
    sentinel.replicas.push_back(unheard(world, at));
  }
}

/// A sentinel without a configuration looks for the master.
void choose(World& world, Index which) {
  Sentinel& sentinel = world.sentinels.at(which);
  const GroupView view = look_of_sentinel(world, which);
  const bool grace = (world.now - *sentinel.waits_since) * 500ms < silent_server_grace;
  const MasterChoice choice = choose_master(view, {{}, grace});
  if (!choice.master) {
    return;
  }
  const MonitorSeed seed = seed_of(*choice.master, view, sentinel.id);
  world.tell(sentinel.name + " monitors " + to_string(*choice.master) + ": " + describe(choice));
  sentinel.waits_since.reset();
  monitor(world, which, seed);
}

void run_sentinel(World& world, Index which) {
  Sentinel& sentinel = world.sentinels.at(which);
  if (!sentinel.up || sentinel.waits_since) {
    return sentinel.up ? choose(world, which) : void();
  }
  if (!sentinel.knows_group) {
    return;
  }
  ask(world, which, sentinel.master);
  for (Instance& replica : sentinel.replicas) {
    ask(world, which, replica);
  }
  learn_replicas(world, sentinel, which);
  say_hello(world, which);
  if (world.now < sentinel.tilt_until) {
    return;
  }
  judge(world, sentinel.master, true);
  sentinel.o_down = sentinel.master.s_down && that_miss(world, which) >= world.parameters.quorum;
  for (Instance& replica : sentinel.replicas) {
    judge(world, replica, false);
    set_right(world, which, replica);
  }
  run_failover(world, which);
}

void add_flag(std::string& text, bool holds, const char* flag) {
  text += holds ? std::string(",") + flag : "";
}

ServerFlags flags_of(const World& world, const Instance& known, const char* kind) {
  std::string text = kind;
  add_flag(text, known.s_down, "s_down");
  add_flag(text, world.now != known.pong, "disconnected");
  return ServerFlags(text);
}

}  // namespace

bool looks_up_names(const World& world, Index sentinel) {
  const Tick silent = world.troubles.at(world.host_of_sentinel(sentinel)).dns;
  return !world.parameters.names || world.now >= silent;
}

Index reached(const World& world, Index sentinel, const Endpoint& at) {
  const Index node = node_at(world, at);
  return node != nobody && answers(world, world.host_of_sentinel(sentinel), node) ? node : nobody;
}

void run_sentinels(World& world) {
  for (Index sentinel = 0; sentinel < world.sentinels.size(); ++sentinel) {
    run_sentinel(world, sentinel);
  }
}

bool sentinel_answers(const World& world, Index from_host, Index sentinel) {
  const Sentinel& one = world.sentinels.at(sentinel);
  return one.up && !one.waits_since && world.can(from_host, world.host_of_sentinel(sentinel));
}

Endpoint named_by(const Sentinel& sentinel) {
  return sentinel.state == FailoverState::reconfigure ? sentinel.promoted : sentinel.master.at;
}

SentinelView answer_of(const World& world, Index which, const Endpoint& at) {
  const Sentinel& sentinel = world.sentinels.at(which);
  SentinelView view;
  view.at = at;
  view.id = sentinel.id;
  if (!sentinel.knows_group) {
    return view;
  }
  view.knows_group = true;
  view.master = named_by(sentinel);
  view.busy = sentinel.state != FailoverState::none;
  view.tilt = world.now < sentinel.tilt_until;
  if (view.master == sentinel.master.at) {
    std::string text = "master";
    add_flag(text, sentinel.master.s_down, "s_down");
    add_flag(text, sentinel.o_down, "o_down");
    add_flag(text, view.busy, "failover_in_progress");
    view.flags = ServerFlags(text);
    view.silence = (world.now - sentinel.master.pong) * 500ms;
  }
  view.config_epoch = sentinel.config_epoch;
  view.newest_epoch = std::max(sentinel.config_epoch, sentinel.voted_epoch);
  view.quorum = world.parameters.quorum;
  view.down_after = std::chrono::seconds(world.parameters.down_after);
  for (const Index other : sentinel.others) {
    const Sentinel& one = world.sentinels.at(other);
    view.sentinels.push_back({one.at.front(), one.id, {}, 100, {}});
  }
  for (const Instance& replica : sentinel.replicas) {
    const bool chosen = view.busy && replica.at == sentinel.promoted;
    const char* const kind = chosen ? "slave,promoted" : "slave";
    view.replicas.push_back({replica.at, "", flags_of(world, replica, kind), replica.priority,
                             (world.now - replica.told) * 500ms});
  }
  return view;
}

void take_order(World& world, Index which, const Endpoint& master, std::uint64_t epoch) {
  take_news(world, which, {epoch, epoch, master});
}

void monitor_anew(World& world, Index which, const Endpoint& master) {
  if (looks_up_names(world, which) && !world.sentinels.at(which).knows_group) {
    monitor(world, which, {master, 0, world.sentinels.at(which).current_epoch, ""});
  }
}

void reset(World& world, Index which) {
  Sentinel& sentinel = world.sentinels.at(which);
  const Endpoint master = sentinel.master.at;
  sentinel.others.clear();
  switch_master(world, which, master);
  sentinel.replicas.clear();
}

void switch_master(World& world, Index which, const Endpoint& master) {
  Sentinel& sentinel = world.sentinels.at(which);
  if (sentinel.master.at != master) {
    world.tell(sentinel.name + " names " + to_string(master) + " in epoch " +
               std::to_string(sentinel.config_epoch));
    sentinel.replicas.push_back(sentinel.master);
  }
  const auto is_new = [&](const Instance& one) { return one.at == master; };
  std::erase_if(sentinel.replicas, is_new);
  sentinel.master = {};
  sentinel.master.at = master;
  sentinel.replicas.push_back(sentinel.master);
  for (Instance& known : sentinel.replicas) {
    const Endpoint at = known.at;
    const int priority = known.priority;
    known = {};
    known.at = at;
    known.priority = priority;
    known.pong = known.role_since = known.follows_since = world.now;
    known.told = world.now - info_period;
  }
  sentinel.master = sentinel.replicas.back();
  sentinel.master.role = NodeView::Role::master;
  sentinel.replicas.pop_back();
  sentinel.o_down = false;
  sentinel.state = FailoverState::none;
  sentinel.failover_start = long_ago;
  sentinel.promoted = {};
}

}  // namespace dkr::model
