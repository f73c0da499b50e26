#include "dkr/group/examine.hpp"

#include <algorithm>
#include <chrono>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "dkr/core/base/timing.hpp"
#include "dkr/core/view/votes.hpp"
#include "dkr/group/look.hpp"
#include "dkr/platform/child_job.hpp"
#include "dkr/redis/exams.hpp"
#include "dkr/redis/queries.hpp"

namespace dkr {
namespace {

using std::chrono::steady_clock;

/// True if a sentinel or a setting says that there is a data node of the group.
bool is_counted(const Endpoint& at, const Look& look) {
  return contains(look.peers, at) || contains(look.set_master, at) ||
         std::any_of(look.view.sentinels.begin(), look.view.sentinels.end(), [&](const auto& one) {
           return one.master == at ||
                  std::any_of(one.replicas.begin(), one.replicas.end(),
                              [&](const KnownServer& replica) { return replica.at == at; });
         });
}

/// Returns those that answer, each once.
std::vector<Endpoint> answering_nodes(const GroupView& view) {
  std::vector<Endpoint> nodes;
  std::set<std::string> seen;
  for (const NodeView& node : view.nodes) {
    if (!node.failure && (node.run_id.empty() || seen.insert(node.run_id).second)) {
      nodes.push_back(node.at);
    }
  }
  return nodes;
}

/// Collects the exams of those that have answered again.
template <class Exam, class Answers>
std::vector<Exam> finish(const std::vector<ChildJob<Exam>>& jobs, TimePoint deadline,
                         const Answers& answers) {
  std::vector<Exam> exams;
  for (const ChildJob<Exam>& job : jobs) {
    if (auto exam = job.answer(deadline); exam && answers(*exam)) {
      exams.push_back(std::move(*exam));
    }
  }
  return exams;
}

}  // namespace

GroupSymptoms examine_group(const Settings& settings, std::uint16_t own_port) {
  Look look =
      look_at_group(settings, {longest_look_timeout, longest_look_timeout, true, {}, own_port});
  std::erase_if(look.view.nodes,
                [&](const NodeView& node) { return node.failure && !is_counted(node.at, look); });
  GroupSymptoms group{settings.group.value};
  group.has_sentinels = !sentinel_seeds(settings).empty();
  group.view = std::move(look.view);
  const TimePoint deadline = steady_clock::now() + longest_look_timeout;
  std::vector<ChildJob<NodeExam>> nodes;
  for (const Endpoint& at : answering_nodes(group.view)) {
    nodes.emplace_back([&] { return examine_node(at, node_access(settings), deadline); });
  }
  std::vector<ChildJob<SentinelExam>> sentinels;
  for (const SentinelView* sentinel : sentinels_of(group.view)) {
    sentinels.emplace_back([&] {
      return examine_sentinel(sentinel->at, sentinel_access(settings), group.name, deadline);
    });
  }
  group.nodes = finish(nodes, deadline, [](const NodeExam& exam) { return !exam.view.failure; });
  group.sentinels =
      finish(sentinels, deadline, [](const SentinelExam& exam) { return !exam.failure; });
  return group;
}

}  // namespace dkr
