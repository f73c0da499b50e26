#include "dkr/core/view/heirs.hpp"

#include <algorithm>
#include <chrono>
#include <tuple>

namespace dkr {
namespace {

/// All that Sentinel compares.
struct Candidate {
  Heir heir;
  int priority = default_priority;
  long long offset = 0;
  std::string run_id;
};

/// Returns the node of this name that answers; null if none does.
const NodeStatus* answering(const GroupStatus& group, const ServerNames& names,
                            const std::string& name) {
  const auto found = std::find_if(group.nodes.begin(), group.nodes.end(), [&](const auto& node) {
    return !node.view.failure && names.of(node.view.at) == name;
  });
  return found == group.nodes.end() ? nullptr : &*found;
}

/// Returns how long a link may have been lost: as long as the master has been down, and some more.
std::chrono::milliseconds longest_cut(const SentinelStatus& sentinel) {
  constexpr int times = 10;
  std::chrono::milliseconds longest = times * sentinel.view.down_after;
  for (const MissedServer& missed : sentinel.detail.missed) {
    longest += missed.at == sentinel.view.master ? missed.since : std::chrono::milliseconds{};
  }
  return longest;
}

std::string why_never(const KnownServer& known, const Candidate& candidate, const NodeStatus* node,
                      std::chrono::milliseconds longest) {
  if (known.flags.down()) {
    return "down";
  }
  if (known.flags.disconnected) {
    return "not reached";
  }
  // It is promoted only once the sentinel has heard of it by INFO, which tells the run id.
  if (node == nullptr && known.id.empty()) {
    return "not heard yet";
  }
  if (candidate.priority == 0) {
    return "priority 0";
  }
  if (node != nullptr && node->detail.cut_for && *node->detail.cut_for > longest) {
    return "its link is down for too long";
  }
  return {};
}

Candidate candidate_of(const KnownServer& known, const SentinelStatus& sentinel,
                       const GroupStatus& group, const ServerNames& names) {
  Candidate candidate{{names.of(known.at), {}}, known.priority, 0, known.id};
  const NodeStatus* node = answering(group, names, candidate.heir.name);
  if (node != nullptr) {
    candidate.offset = node->view.offset;
    candidate.run_id = node->view.run_id;
    // A master tells no priority.
    const bool replica = node->view.role == NodeView::Role::replica;
    candidate.priority = replica ? node->view.priority : known.priority;
  }
  candidate.heir.why_not = why_never(known, candidate, node, longest_cut(sentinel));
  return candidate;
}

bool comes_first(const Candidate& a, const Candidate& b) {
  if (a.heir.why_not.empty() != b.heir.why_not.empty()) {
    return a.heir.why_not.empty();
  }
  if (!a.heir.why_not.empty()) {
    return a.heir.name < b.heir.name;
  }
  if (std::tie(a.priority, b.offset) != std::tie(b.priority, a.offset)) {
    return std::tie(a.priority, b.offset) < std::tie(b.priority, a.offset);
  }
  // One whose run id is not known is the last.
  return std::make_tuple(a.run_id.empty(), a.run_id) < std::make_tuple(b.run_id.empty(), b.run_id);
}

}  // namespace

std::vector<Heir> heirs_of(const SentinelStatus& sentinel, const GroupStatus& group,
                           const ServerNames& names) {
  std::vector<Candidate> candidates;
  for (const KnownServer& known : sentinel.view.replicas) {
    if (known.at != sentinel.view.master) {
      candidates.push_back(candidate_of(known, sentinel, group, names));
    }
  }
  std::stable_sort(candidates.begin(), candidates.end(), comes_first);
  std::vector<Heir> heirs;
  heirs.reserve(candidates.size());
  for (Candidate& candidate : candidates) {
    heirs.push_back(std::move(candidate.heir));
  }
  return heirs;
}

}  // namespace dkr
