#include "dkr/group/reconcile.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "dkr/core/base/timing.hpp"
#include "dkr/core/decide/held_back.hpp"
#include "dkr/core/decide/repoint.hpp"
#include "dkr/core/decide/running_role.hpp"
#include "dkr/core/node/node_data.hpp"
#include "dkr/core/view/pause.hpp"
#include "dkr/core/view/votes.hpp"
#include "dkr/group/find_role.hpp"
#include "dkr/group/keep_data.hpp"
#include "dkr/group/look.hpp"
#include "dkr/group/own_addresses.hpp"
#include "dkr/platform/data_files.hpp"
#include "dkr/platform/log.hpp"
#include "dkr/platform/wall_clock.hpp"
#include "dkr/redis/data_node.hpp"
#include "dkr/redis/orders.hpp"

namespace dkr {
namespace {

using std::chrono::steady_clock;
using Commands = std::vector<std::vector<std::string>>;

/// The node whose role is checked.
struct Context {
  const Settings& settings;
  const Endpoint& server;
  const Storage& storage;
};

/// Sends commands to our own server.
void tell_server(const Context& context, const Commands& commands) {
  const auto failure = give_orders(context.server, context.settings, commands,
                                   steady_clock::now() + longest_look_timeout);
  if (!failure.empty()) {
    log::error("the server refused: " + failure);
  }
}

void repoint_sentinels(const Context& context, const Situation& now, RoleCase::Kind found) {
  const Endpoint me = my_name(now);
  const std::uint64_t epoch = newer_epoch(now);
  for (const Repointing& whom : to_repoint(now, found)) {
    const TimePoint deadline = steady_clock::now() + longest_look_timeout;
    log::warn("told sentinel " + to_string(whom.sentinel) + " to monitor " + to_string(me) + ": " +
              repoint(whom, context.settings, me, epoch, deadline));
  }
}

/// Its settings are those of another sentinel, of which the look has found one.
void remind_sentinel(const Context& context, const Situation& now, const Endpoint& sentinel) {
  const Endpoint me = my_name(now);
  const Endpoint& other = sentinels_of(now.view).front()->at;
  const TimePoint deadline = steady_clock::now() + longest_look_timeout;
  log::warn("told sentinel " + to_string(sentinel) + " to monitor " + to_string(me) + ": " +
            start_monitoring(sentinel, other, context.settings, me, deadline));
}

void set_aside_and_follow(const Context& context, const Endpoint& master) {
  const auto kept = keep_aside(context.storage);
  if (!kept) {
    return log::error("the data cannot be set aside, so the node stays as it is: " +
                      kept.error().text);
  }
  log::warn("moved the data to " + *kept);
  tell_server(context, follow_orders(master));
}

/// Holds a replica back that lacks what another one has, and lets it go again when it has long had
/// everything. Returns whether it lacks something.
bool keep_rank(const Context& context, const GroupView& view, const LookOrder& order) {
  const TimePoint deadline = steady_clock::now() + longest_look_timeout;
  DataNode server(context.settings, context.server);
  NodeView own = server.look(deadline);
  if (own.role == NodeView::Role::master) {  // INFO of a master does not tell it.
    const auto reply = server.ask({"CONFIG", "GET", "replica-priority"}, deadline);
    own.priority = parse_priority(reply ? field(*reply, "replica-priority") : "");
  }
  const NodeView* ahead =
      own.role == NodeView::Role::replica ? replica_ahead_of(own, view) : nullptr;
  const auto held_for =
      std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - order.held_since);
  const int wanted =
      wanted_priority(own, order.note.users_priority, ahead != nullptr ? -1ms : held_for);
  if (wanted == own.priority) {
    return ahead != nullptr;
  }
  const std::string value = std::to_string(wanted);
  if (ahead != nullptr) {
    log::warn("replica " + to_string(ahead->at) +
              " has or may have more than this one, whose replica-priority is " + value +
              " for now");
  } else {
    log::info("no replica has had more than this one lately: its replica-priority is " + value);
  }
  tell_server(context, {{"CONFIG", "SET", "replica-priority", value}, {"CONFIG", "REWRITE"}});
  return ahead != nullptr;
}

void act(const Context& context, const Look& look, const Situation& now,
         const RunningDecision& decision) {
  const Endpoint server = look.by_name(decision.found.server, context.settings);
  const std::string why = describe(decision.found);
  switch (decision.action) {
    case RunningAction::stay:
      return;
    case RunningAction::follow:
      log::warn("becomes a replica of " + to_string(server) + ": " + why);
      if (decision.loses) {
        keep_before_following(context.storage);
      }
      return tell_server(context, follow_orders(server));
    case RunningAction::save:
      log::warn("saves its data before it follows " + to_string(server) + ": " + why);
      return tell_server(context, {{"BGSAVE", "SCHEDULE"}});
    case RunningAction::serve:
      log::warn("becomes a master: " + why);
      return tell_server(context, {{"REPLICAOF", "NO", "ONE"}, {"CONFIG", "REWRITE"}});
    case RunningAction::promote:
      log::warn(why);
      return ask_for_failover(context.settings, look.view);
    case RunningAction::repoint:
      log::warn(why);
      return repoint_sentinels(context, now, decision.found.kind);
    case RunningAction::remind:
      log::warn(why);
      return remind_sentinel(context, now, decision.found.server);
    case RunningAction::set_aside:
      log::warn(why);
      return set_aside_and_follow(context, server);
  }
}

}  // namespace

LookReport reconcile(const Settings& settings, const Endpoint& server, const Storage& storage,
                     const LookOrder& order) {
  const Context context{settings, server, storage};
  const TimePoint begin = steady_clock::now();
  const std::vector<Endpoint> me = told_endpoints(settings, server.port);
  Look look =
      look_at_group(settings, {running_look_timeout, longest_look_timeout, true, me, server.port});
  // Who has our run id is this node, at whatever address.
  const std::vector<Endpoint> met = take_self(look.view, order.own.run_id);
  std::vector<Endpoint> own = me;
  own.insert(own.end(), met.begin(), met.end());
  const NodeData local = data_of(order.own, order.note);
  RoleInputs inputs{own, look.set_master, look.peers, {}, AfterEnd::leave, order.followed,
                    {},  order.voted,     met};
  inputs.paused = is_paused(pause_after({order.note.paused_until, {}}, look.view).kept);
  const Situation now{settings, local, look.view, inputs, &order.own};
  const RoleCase found = classify(now);
  RoleClock clock = order.clock;
  clock.take(found, begin);
  const bool known = found == order.clock.found;
  LookReport report;
  report.me = me;
  report.found = found;
  report.followed = followed_as_named(now);
  log::debug([&] { return "decided: " + describe(found); });
  if (!known && found.kind != RoleCase::Kind::in_place) {
    log::info(describe(found));
  }
  for (const SentinelView& sentinel : look.view.sentinels) {
    if (is_address(sentinel.at.host)) {
      report.sentinels.push_back(sentinel.at);
    }
  }
  for (const NodeView& node : look.view.nodes) {
    report.peers.push_back(node.at);
  }
  report.lacks = keep_rank(context, look.view, order);
  act(context, look, now, decide_running_role(now, clock.lasted(begin)));
  return report;
}

}  // namespace dkr
