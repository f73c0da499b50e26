#include "dkr/app/watching.hpp"

#include <sys/prctl.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "dkr/app/data_files.hpp"
#include "dkr/app/find_role.hpp"
#include "dkr/app/handover.hpp"
#include "dkr/app/log.hpp"
#include "dkr/app/look.hpp"
#include "dkr/app/prepare.hpp"
#include "dkr/app/times.hpp"
#include "dkr/core/monitor.hpp"
#include "dkr/core/server_conf.hpp"
#include "dkr/core/turn.hpp"
#include "dkr/platform/atomic_file.hpp"
#include "dkr/platform/task.hpp"
#include "dkr/redis/questions.hpp"
#include "dkr/redis/resolver.hpp"
#include "dkr/watch/watcher.hpp"

namespace dkr {
namespace {

using std::chrono::steady_clock;
using Commands = std::vector<std::vector<std::string>>;

constexpr const char* process_name = "dkr-redis watch";

/// What the looks of one watcher have in common.
struct Context {
  const Settings& settings;
  const WatchPlan& plan;
};

/// Tells our own server something.
void tell_server(const Context& context, const Commands& commands) {
  const auto failure = give_orders(context.plan.server, context.settings, commands,
                                   steady_clock::now() + longest_patience);
  if (!failure.empty()) {
    log::error("the server refuses: " + failure);
  }
}

/// The watcher may not stand still for a name service that does not answer.
std::string own_address_in_time() {
  const Job look_up = [] { return own_address(); };
  const std::string address =
      in_parallel({look_up}, steady_clock::now() + running_patience).front();
  return address.empty() ? interface_address() : address;
}

/// What the others would be told comes first.
std::vector<Endpoint> addresses_now(const Context& context) {
  const Settings& settings = context.settings;
  std::vector<Endpoint> me = my_endpoints(settings);
  const Endpoint told{
      settings.announce_host.given ? settings.announce_host.value : own_address_in_time(),
      settings.announce_port.given ? settings.announce_port.value : context.plan.server.port};
  std::erase(me, told);
  me.insert(me.begin(), told);
  return me;
}

/// How the others know this node.
Endpoint my_name(const Situation& now) {
  for (const NodeView& node : now.view.nodes) {
    if (contains(now.wishes.me, node.master)) {
      return node.master;
    }
  }
  return now.wishes.me.front();
}

/// One after another, so that a majority always stays; or only those that are lost.
void repoint_sentinels(const Context& context, const Situation& now, bool lost) {
  const Endpoint me = my_name(now);
  for (const SentinelView* sentinel : sentinels_of(now.view)) {
    if (!contains(now.wishes.me, sentinel->master) && (!lost || now.is_lost(*sentinel))) {
      log::warn(
          "sentinel " + to_string(sentinel->at) + " is told to monitor " + to_string(me) + ": " +
          repoint(sentinel->at, context.settings, me, steady_clock::now() + longest_patience));
    }
  }
}

void set_aside_and_follow(const Context& context, const Endpoint& master) {
  const auto kept = keep_aside(context.plan.storage);
  if (!kept) {
    return log::error("the data cannot be set aside, so the node stays as it is: " +
                      kept.error().text);
  }
  log::warn("the data is kept in " + *kept);
  tell_server(context, follow_orders(master));
}

void act(const Context& context, const Look& look, const Situation& now, const Turn& turn) {
  const Endpoint server = look.by_name(turn.server, context.settings);
  switch (turn.action) {
    case TurnAction::stay:
      return;
    case TurnAction::follow:
      log::warn("becomes a replica of " + to_string(server) + ": " + describe(turn));
      return tell_server(context, follow_orders(server));
    case TurnAction::serve:
      log::warn("becomes a master: " + describe(turn));
      return tell_server(context, {{"REPLICAOF", "NO", "ONE"}, {"CONFIG", "REWRITE"}});
    case TurnAction::promote:
      log::warn(describe(turn));
      return ask_for_failover(context.settings, look.view);
    case TurnAction::repoint:
      log::warn(describe(turn));
      return repoint_sentinels(context, now, turn.reason == TurnReason::sentinel_lost);
    case TurnAction::set_aside:
      log::warn(describe(turn));
      return set_aside_and_follow(context, server);
  }
}

LookReport look_around(const Context& context, const LookOrder& order) {
  const Settings& settings = context.settings;
  const std::vector<Endpoint> me = addresses_now(context);
  const Look look = look_at_group(settings, {running_patience, longest_patience, true, me});
  const LocalData local = data_of(order.own, order.group, order.identity);
  const RoleWishes wishes{me, look.set_master, look.peers, order.lasted};
  const Situation now{settings, local, look.view, wishes};
  Turn turn = decide_turn(now, order.own, {});
  LookReport report;
  report.me = me;
  report.reason = describe(turn);
  if (report.reason == order.reason) {
    turn = decide_turn(now, order.own, order.lasted);
  }
  report.quiet = turn.reason == TurnReason::in_place;
  if (report.reason != order.reason && !report.quiet) {
    log::info(report.reason);
  }
  for (const SentinelView& sentinel : look.view.sentinels) {
    if (is_address(sentinel.at.host)) {
      report.sentinels.push_back(sentinel.at);
    }
  }
  for (const NodeView& node : look.view.nodes) {
    report.peers.push_back(node.at);
  }
  act(context, look, now, turn);
  return report;
}

int watch_member(const Context& context, const HealthOrders& health, const UniqueFd& to_init) {
  const Settings& settings = context.settings;
  const std::string path = state_note_path(settings);
  WatchOrders orders;
  orders.settings = settings;
  orders.server = context.plan.server;
  orders.me = addresses_now(context);
  if (auto note = read_note(settings)) {
    orders.note = std::move(*note);
  }
  orders.health = health;
  orders.look = [&context](const LookOrder& order) { return look_around(context, order); };
  orders.keep = [&path](const StateNote& kept) {
    if (auto written = write_atomically(path, to_text(kept)); !written) {
      log::error(written.error().text);
    }
  };
  orders.info = log::info;
  orders.warn = log::warn;
  return watch(orders, to_init);
}

}  // namespace

Companion watching(Settings settings, const WatchPlan& plan, const HealthOrders& health) {
  settings.group.value = plan.group;
  return [settings, plan, health](const UniqueFd& to_init) {
    ::prctl(PR_SET_NAME, process_name);
    switch (plan.kind) {
      case WatchPlan::Kind::member:
        return watch_member({settings, plan}, health, to_init);
      case WatchPlan::Kind::independent:
        return watch_health({settings, plan.server, health}, to_init);
      case WatchPlan::Kind::sentinel:
        return watch_sentinel({settings, plan.server, health, log::info, log::warn}, to_init);
    }
    return 1;
  };
}

Companion waiting(const Settings& settings, const HealthOrders& health) {
  return [settings, health](const UniqueFd& to_init) {
    ::prctl(PR_SET_NAME, process_name);
    return watch_health({settings, {}, health}, to_init);
  };
}

Companion stopping(Settings settings, const WatchPlan& plan) {
  settings.group.value = plan.group;
  return [settings, server = plan.server](const UniqueFd& /*to_init*/) {
    prepare_stop(settings, server);
    return 0;
  };
}

}  // namespace dkr
