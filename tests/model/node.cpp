#include "node.hpp"

#include <algorithm>
#include <csignal>

#include "clients.hpp"
#include "dkr/core/base/match.hpp"
#include "dkr/core/conf/member_access.hpp"
#include "dkr/core/decide/handover_plan.hpp"
#include "dkr/core/decide/plan.hpp"
#include "dkr/core/decide/start_role.hpp"
#include "dkr/core/node/replica_priority.hpp"
#include "dkr/core/view/votes.hpp"
#include "handover.hpp"
#include "look.hpp"
#include "orders.hpp"
#include "replication.hpp"
#include "watcher.hpp"

namespace dkr::model {
namespace {

using std::chrono::milliseconds;

void begin_start(World& world, Index which, AfterEnd after_end, const Crashes& crashes) {
  Node& node = world.nodes.at(which);
  node.life = Node::Life::deciding;
  node.starts_at.reset();
  node.began = world.now;
  node.learned = {};
  node.after_end = after_end;
  node.crashes = crashes;
  node.ban = {};
  node.asked = long_ago;
  node.start_case = {};
  node.watcher = {};
  node.handover = {};
  node.terminating = false;
}

/// The volume, as app/start_facts reads it.
NodeData data_in(const World& world, const Volume& volume, const std::string& boot) {
  const StateNote note = volume.note ? parse_state_note(to_text(*volume.note)) : StateNote{};
  const bool aof = world.parameters.keeping != Keeping::rdb;
  NodeData data = noted_data(note);
  data.role = volume.role;
  data.has_data = volume.data && volume.data->writes.any();
  RdbHead head;
  if (data.has_data && !aof) {
    head.valid = true;
    head.replication_id = volume.data->replication_id;
    head.offset = volume.data->offset;
    data.saved = {head.replication_id, head.offset};
  }
  data.ends_early = data.has_data && may_lack_the_end(note, boot);
  data.reach = reach_of_data(note.mark, head, data.has_data && aof ? volume.data->aof_size : -1,
                             data.ends_early);
  return data;
}

/// The user's own limits, in the configuration or behind those of a fence.
MinReplicas users_limits(const Volume& volume) {
  const bool fenced = (volume.note && volume.note->fenced) || refuse_all(volume.limits);
  return fenced && volume.note ? volume.note->users_limits.value_or(MinReplicas{}) : volume.limits;
}

/// The user's own replica-priority, in the configuration or in the note.
int users_priority(const Volume& volume) {
  const bool zeroed = volume.priority == 0 && volume.note && volume.note->users_priority;
  return zeroed ? *volume.note->users_priority : own_priority(volume.priority);
}

void set_role(World& world, Volume& volume, const RoleDecision& decision) {
  switch (decision.action) {
    case RoleAction::be_master:
    case RoleAction::be_closed_master:
      volume.role = NodeData::Role::master;
      break;
    case RoleAction::be_replica:
      volume.role = NodeData::Role::replica;
      volume.master = by_name(world, decision.found.server);
      break;
    case RoleAction::as_it_is:
    case RoleAction::promote:
    case RoleAction::wait:
      volume.role = volume.role == NodeData::Role::none ? NodeData::Role::master : volume.role;
      break;
  }
}

void watch_over(Node& node) {
  node.life = Node::Life::running;
  node.init = Supervisor{server_pid, node.settings.stop_timeout.value};
  node.init.watcher.wanted = !node.plain;
  node.init.hands_over = !node.plain;
  node.init.crash = {
      node.plain ? OnCrash::exit : node.settings.on_crash.value, {}, {}, node.crashes};
}

/// A server that nobody watches over starts as its configuration says.
void launch_plain(World& world, Index which) {
  Node& node = world.nodes.at(which);
  if (node.volume.role == NodeData::Role::none) {
    node.volume.role = NodeData::Role::replica;
    node.volume.master = called(world, 0);
  }
  start_server(world, which, node.volume.limits);
  watch_over(node);
}

/// A named node that lacks data has waited for as long as it was told to: what only those have that
/// are still away is given up. An emptied node that knows no peer and reaches no sentinel cannot
/// know that there was a group.
void excuse_absent(World& world, Index which, const RoleDecision& decision) {
  const Node& node = world.nodes.at(which);
  if (decision.found.kind == RoleCase::Kind::alone) {
    return excuse(world, world.safe);
  }
  const bool serves =
      decision.action == RoleAction::be_master || decision.action == RoleAction::be_closed_master;
  if (!serves || (world.now - node.began) * 500ms < node.settings.peer_wait.value) {
    return;
  }
  Writes left;
  for (Index other = 0; other < world.nodes.size(); ++other) {
    const bool away = world.nodes[other].life == Node::Life::gone || !world.can(which, other);
    left |= away ? Writes{} : held_by(world, other);
  }
  excuse(world, world.safe & ~left);
}

void launch(World& world, Index which, const RoleDecision& decision) {
  Node& node = world.nodes.at(which);
  world.tell(node.name + " " + describe(decision));
  node.start_case = decision.found;
  excuse_absent(world, which, decision);
  const MinReplicas users = users_limits(node.volume);
  set_role(world, node.volume, decision);
  const int priority = users_priority(node.volume);
  if (world.parameters.notes) {
    const StateNote before = node.volume.note.value_or(StateNote{});
    NoteFacts now{node.settings.group.value, users, node.boot, {}};
    if (decision.empty) {
      now.users_priority = priority;
    }
    node.volume.note = note_at_start(before, decision, now);
  }
  const bool closed = decision.action == RoleAction::be_closed_master;
  if (decision.loses && !node.volume.aside) {
    node.volume.aside = node.volume.data;
  }
  const int kept = node.volume.priority;
  node.volume.priority = decision.empty && world.parameters.notes    ? 0
                         : decision.action == RoleAction::be_replica ? held_back(priority)
                         : kept == 0                                 ? priority
                                                                     : kept;
  start_server(world, which, closed ? MinReplicas{no_writes, std::max(users.max_lag, 1)} : users);
  node.follows = decision.action == RoleAction::be_replica ? decision.found.server : Endpoint{};
  watch_over(node);
}

/// Has another node promoted, and those kept from it that have less.
void go_on_promoting(World& world, Index which, const GroupView& view) {
  Node& node = world.nodes.at(which);
  if (const SentinelView* sentinel = sentinel_to_ask(view)) {
    for (const NodeView& behind : outpaced(*sentinel, view)) {
      ban(world, which, node.ban, behind);
    }
  }
  const Tick pause = static_cast<Tick>(failover_retry_interval / 500ms);
  if (world.now >= node.ban.known_at && world.now - node.asked >= pause) {
    ask_for_failover(world, which, view);
    node.asked = world.now;
  }
}

/// The configuration of a node; while its watcher is refused, it wants a password that nobody told.
ServerConf conf_of(const World& world, Index which) {
  ServerConf conf;
  if (world.now < world.troubles.at(which).locked) {
    conf.effective = {{"user", {"default", "on", "#0a1b", "+@all"}}};
  }
  return conf;
}

void decide(World& world, Index which) {
  Node& node = world.nodes.at(which);
  if (node.plain) {
    return launch_plain(world, which);
  }
  if (const auto access = check_member_access(node.settings, conf_of(world, which)); !access) {
    world.tell(node.name + " ends: " + access.error().text);
    return end_container(world, which, false, 10 * second);
  }
  const Look look = look_of_node(world, which);
  const NodeData data = data_in(world, node.volume, node.boot);
  RoleInputs inputs{
      endpoints_of(world, which), {}, look.peers, (world.now - node.began) * 500ms, node.after_end};
  const Situation now{node.settings, data, look.view, inputs};
  node.learned = learn(node.learned, now);
  inputs.learned = node.learned;
  const RoleDecision decision = decide_start_role(now);
  if (decision.action != RoleAction::wait && decision.action != RoleAction::promote) {
    release(world, which, node.ban);
    return launch(world, which, decision);
  }
  if (decision.found != node.start_case) {
    world.tell(node.name + " " + describe(decision));
    node.start_case = decision.found;
  }
  if (decision.action == RoleAction::promote) {
    go_on_promoting(world, which, look.view);
  }
}

/// What PID 1 does.
struct Init {
  World& world;
  Index which;

  Node& node() const { return world.nodes.at(which); }

  void act(const ForwardSignal& signal) const {
    node().terminating = node().terminating || signal.number == SIGTERM || signal.number == SIGINT;
  }
  void act(const KillServer& /*kill*/) const {
    world.tell(node().name + ": PID 1 kills the server");
    end_server(world, which, End::killed);
    happens(world, which, ProcessEnded{server_pid, killed_status});
  }
  void act(const Exit& exit) const {
    const AfterEnd after = node().init.after_end;
    if (after != AfterEnd::leave) {
      world.tell(node().name + ": the server is started again, " +
                 (after == AfterEnd::failover ? "once another is the master" : "at once"));
      return begin_start(world, which, after, node().init.crash.before);
    }
    world.tell(node().name + ": the container ends with status " + std::to_string(exit.status));
    end_container(world, which, false, node().stays_away);
  }
  void act(const StartWatcher& /*start*/) const {
    begin_watching(world, which);
    happens(world, which, WatcherStarted{watcher_pid});
  }
  void act(const KillWatcher& /*kill*/) const {
    world.tell(node().name + ": PID 1 kills a watcher that says nothing");
    node().watcher.runs = false;
    happens(world, which, ProcessEnded{watcher_pid, killed_status});
  }
  void act(const StartHandover& /*start*/) const {
    begin_handover(world, which);
    happens(world, which, HandoverStarted{handover_pid});
  }
  void act(const KillHandover& /*kill*/) const { node().handover.runs = false; }
};

/// The server does what it was told.
void end_if_told(World& world, Index which) {
  Node& node = world.nodes.at(which);
  if (node.terminating && world.now >= node.server.hangs_until &&
      world.now >= world.troubles.at(which).volume) {
    end_server(world, which, End::stopped);
    happens(world, which, ProcessEnded{server_pid, 0});
  }
}

void run_node(World& world, Index which) {
  Node& node = world.nodes.at(which);
  if (node.life == Node::Life::gone && node.starts_at && world.now >= *node.starts_at) {
    world.tell(node.name + ": the container starts");
    begin_start(world, which, AfterEnd::leave, {});
  }
  if (node.life == Node::Life::deciding) {
    return decide(world, which);
  }
  if (node.life != Node::Life::running) {
    return;
  }
  end_if_told(world, which);
  if (node.life == Node::Life::running) {
    happens(world, which, DeadlinePassed{});
  }
  if (node.life == Node::Life::running && node.watcher.runs) {
    run_watcher(world, which);
  }
  if (node.life == Node::Life::running && node.handover.runs) {
    run_handover(world, which);
  }
}

}  // namespace

void run_nodes(World& world) {
  for (Index node = 0; node < world.nodes.size(); ++node) {
    run_node(world, node);
  }
}

void happens(World& world, Index which, const Event& event) {
  Node& node = world.nodes.at(which);
  const Step done = step(node.init, event, world.time());
  node.init = done.next;
  const Init init{world, which};
  for (std::size_t i = 0; i < done.count; ++i) {
    match(done.effects.at(i), [&](const auto& effect) { init.act(effect); });
  }
}

void end_container(World& world, Index which, bool without_power, Tick stays_away) {
  Node& node = world.nodes.at(which);
  end_server(world, which, without_power ? End::without_power : End::killed);
  node.boot = without_power ? world.new_id("boot") : node.boot;
  node.life = Node::Life::gone;
  node.watcher = {};
  node.handover = {};
  node.terminating = false;
  node.starts_at = world.now + std::max(stays_away, 1);
}

void stop_container(World& world, Index which, Tick stays_away) {
  Node& node = world.nodes.at(which);
  node.stays_away = stays_away;
  if (node.life == Node::Life::running) {
    happens(world, which, SignalReceived{SIGTERM});
  } else if (node.life == Node::Life::deciding) {
    end_container(world, which, false, stays_away);
  }
}

void begin_watching(World& world, Index which) {
  start_watcher(world, which);
}

}  // namespace dkr::model
