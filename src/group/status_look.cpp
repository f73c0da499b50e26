#include "dkr/group/status_look.hpp"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "dkr/platform/child_job.hpp"
#include "dkr/redis/status_queries.hpp"

namespace dkr {
namespace {

using std::chrono::steady_clock;

/// True if it is worth to be asked again.
bool answers(const SentinelView& sentinel) {
  return !sentinel.failure && sentinel.knows_group;
}

bool answers(const NodeView& node) {
  return !node.failure;
}

/// Asks those that answered, each in a child process.
template <class Status, class View>
std::vector<ChildJob<Status>> start(Status (*ask)(const Endpoint&, const Settings&, TimePoint),
                                    const std::vector<View>& views, const Settings& settings,
                                    TimePoint deadline) {
  std::vector<ChildJob<Status>> jobs;
  for (const View& view : views) {
    if (answers(view)) {
      jobs.emplace_back([&] { return ask(view.at, settings, deadline); });
    }
  }
  return jobs;
}

/// Returns a status for each view: the new answer, or the view alone if it was not asked again.
template <class Status, class View>
std::vector<Status> finish(const std::vector<View>& views,
                           const std::vector<ChildJob<Status>>& jobs, TimePoint deadline) {
  std::vector<Status> all;
  auto job = jobs.begin();
  for (const View& view : views) {
    if (!answers(view)) {
      all.push_back({view});
      continue;
    }
    auto status = (job++)->answer(deadline);
    all.push_back(status ? std::move(*status) : Status{unanswered<View>(view.at, too_late())});
  }
  return all;
}

/// True if a setting or a server that answers speaks of a node.
bool is_mentioned(const Endpoint& at, const Look& look) {
  const auto names_it = [&](const SentinelView& sentinel) {
    return sentinel.master == at ||
           std::any_of(sentinel.replicas.begin(), sentinel.replicas.end(),
                       [&](const KnownServer& replica) { return replica.at == at; });
  };
  return contains(look.peers, at) || contains(look.set_master, at) ||
         std::any_of(look.view.sentinels.begin(), look.view.sentinels.end(), names_it) ||
         std::any_of(look.view.nodes.begin(), look.view.nodes.end(),
                     [&](const NodeView& node) { return node.master == at; });
}

/// Removes this host, which has no data node: a look that is told of none begins there.
void forget_this_host(Look& look) {
  if (look.view.nodes.size() > 1 || !look.view.sentinels.empty()) {
    std::erase_if(look.view.nodes, [&](const NodeView& node) {
      return node.failure && !is_mentioned(node.at, look);
    });
  }
}

/// Adds the replicas that only their masters know: where there is no sentinel, nobody else does.
void add_linked_replicas(GroupView& view) {
  std::vector<Endpoint> linked;
  for (const NodeView& node : view.nodes) {
    linked.insert(linked.end(), node.replicas.begin(), node.replicas.end());
  }
  for (const Endpoint& at : linked) {
    const bool known = std::any_of(view.nodes.begin(), view.nodes.end(), [&](const NodeView& node) {
      return node.at == at || node.announced == at;
    });
    if (!known && !at.host.empty() && at.port != 0) {
      view.nodes.emplace_back().at = at;
    }
  }
}

}  // namespace

GroupStatus look_at_status(const Settings& settings, const LookOptions& options) {
  Look look = look_at_group(settings, options);
  if (options.own_port == 0) {
    forget_this_host(look);
  }
  add_linked_replicas(look.view);
  const TimePoint deadline = steady_clock::now() + options.answer_timeout;
  const auto sentinels = start(ask_sentinel_status, look.view.sentinels, settings, deadline);
  const auto nodes = start(ask_node_status, look.view.nodes, settings, deadline);
  // The jobs time out by themselves, with a more precise failure, so they get a little longer.
  const TimePoint last = deadline + options.answer_timeout / 5;
  return {settings.group.value, finish(look.view.sentinels, sentinels, last),
          finish(look.view.nodes, nodes, last)};
}

}  // namespace dkr
