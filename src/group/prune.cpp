#include "dkr/group/prune.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

#include "dkr/core/base/timing.hpp"
#include "dkr/core/health/health_view.hpp"
#include "dkr/group/absence.hpp"
#include "dkr/group/look.hpp"
#include "dkr/redis/connection.hpp"
#include "dkr/redis/queries.hpp"

namespace dkr {
namespace {

using std::chrono::steady_clock;

/// Asks a sentinel what it knows of a group.
SentinelView ask(Connection& sentinel, const Endpoint& at, const std::string& group) {
  const auto replies =
      sentinel.ask_all(sentinel_queries(group), steady_clock::now() + server_timeout);
  return replies ? sentinel_view(at, *replies) : unanswered<SentinelView>(at, replies.error());
}

bool calls_anybody_down(const SentinelView& sentinel) {
  const auto down = [](const KnownServer& one) { return one.flags.down(); };
  return std::any_of(sentinel.sentinels.begin(), sentinel.sentinels.end(), down) ||
         std::any_of(sentinel.replicas.begin(), sentinel.replicas.end(), down);
}

/// Waits until a sentinel that has forgotten replicas knows again who lives.
bool relearns(Connection& sentinel, const SentinelView& before, const std::string& group) {
  const TimePoint deadline = steady_clock::now() + relearn_timeout;
  do {
    std::this_thread::sleep_for(first_look_interval);
    if (has_relearnt(before, ask(sentinel, before.at, group))) {
      return true;
    }
  } while (steady_clock::now() < deadline);
  return false;
}

}  // namespace

PruneLook look_from(const SentinelView& sentinel, const Settings& settings) {
  PruneLook look{sentinel};
  if (!sentinel.knows_group || !calls_anybody_down(sentinel)) {
    return look;
  }
  std::vector<Endpoint> whom;
  for (const KnownServer& other : living_sentinels(sentinel)) {
    whom.push_back(other.at);
  }
  GroupView view = ask_these(whom, {sentinel.master}, settings, running_look_timeout);
  look.others = std::move(view.sentinels);
  const NodeView master = view.nodes.empty() ? NodeView{} : view.nodes.front();
  look.master_lives = !master.failure && master.role == NodeView::Role::master && !master.loading;
  look.gone = find_gone(sentinel, master, settings);
  return look;
}

std::vector<GroupPruneLook> look_for_gone(const Settings& settings, const OwnServer& sentinel,
                                          std::size_t from) {
  const TimePoint began = steady_clock::now();
  auto connection = Connection::open(sentinel.at, sentinel.access, began + server_timeout);
  if (!connection) {
    return {};
  }
  const auto masters = connection->ask({"SENTINEL", "MASTERS"}, began + server_timeout);
  if (!masters || masters->kind != Reply::Kind::list) {
    return {};
  }
  const auto groups = monitored_groups(*masters);
  std::vector<GroupPruneLook> all;
  while (all.size() < groups.size() && steady_clock::now() - began < watcher_job_timeout / 2) {
    Settings of_group = settings;
    of_group.group.value = groups[(from + all.size()) % groups.size()].name;
    const SentinelView view = ask(*connection, sentinel.at, of_group.group.value);
    if (view.failure) {
      break;
    }
    all.push_back({of_group.group.value, look_from(view, of_group)});
  }
  return all;
}

std::string forget(const OwnServer& sentinel, const std::string& group,
                   const PruneVerdict& verdict) {
  const TimePoint deadline = steady_clock::now() + server_timeout;
  auto connection = Connection::open(sentinel.at, sentinel.access, deadline);
  if (!connection) {
    return connection.error().text;
  }
  const SentinelView before = ask(*connection, sentinel.at, group);
  if (before.failure) {
    return before.failure->text;
  }
  if (!is_calm(before)) {
    return "it does not reach its master, or fails over";
  }
  const auto replies = connection->ask_all(forget_commands(verdict, before, group), deadline);
  if (!replies) {
    return replies.error().text;
  }
  for (const Reply& reply : *replies) {
    if (reply.kind == Reply::Kind::error) {
      return reply.text;
    }
  }
  return relearns(*connection, before, group) ? "" : "it does not know all the others again yet";
}

}  // namespace dkr
