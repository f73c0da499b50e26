#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "dkr/core/view/group_status.hpp"
#include "views.hpp"

// A healthy group, and what the tests of a status make of it.
namespace dkr {

using namespace std::chrono_literals;

inline NodeStatus told_by(NodeView view, const std::string& run_id, std::chrono::seconds up) {
  view.run_id = run_id;
  view.was_linked = view.link_up;
  NodeStatus status{std::move(view)};
  status.detail.version = "8.0.2";
  status.detail.limits = MinReplicas{};
  status.detail.up = up;
  if (status.view.link_up) {
    status.detail.heard = 0s;
  }
  return status;
}

inline SentinelStatus told_by(SentinelView view, std::chrono::seconds up) {
  view.quorum = 2;
  view.down_after = 5s;
  SentinelStatus status{std::move(view)};
  status.detail = {"8.0.2", up, up, 180s, 1, "", {}};
  return status;
}

/// Three sentinels that name `a`, and know the replicas `b` and `c`.
inline GroupStatus healthy_group() {
  GroupStatus group{"redis", {}, {}};
  for (const SentinelView& sentinel : knowing(name(a), {b, c})) {
    group.sentinels.push_back(told_by(sentinel, 190s));
  }
  NodeView first = master(a, 5000);
  first.linked_replicas = 2;
  first.replicas = {b, c};
  group.nodes = {told_by(linked(replica(c, a, 4990)), "c0", 200s), told_by(first, "a0", 200s),
                 told_by(linked(replica(b, a, 5000)), "b0", 200s)};
  return group;
}

inline NodeStatus& node_at(GroupStatus& group, const Endpoint& at) {
  for (NodeStatus& node : group.nodes) {
    if (node.view.at == at) {
      return node;
    }
  }
  return group.nodes.front();
}

inline void fall_silent(GroupStatus& group, const Endpoint& at) {
  node_at(group, at) = {silent(at)};
}

inline void set_flags(GroupStatus& group, const Endpoint& replica, const std::string& flags) {
  for (SentinelStatus& sentinel : group.sentinels) {
    for (KnownServer& known : sentinel.view.replicas) {
      known.flags = known.at == replica ? ServerFlags(flags) : known.flags;
    }
  }
}

}  // namespace dkr
