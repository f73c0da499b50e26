#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "dkr/core/node/min_replicas.hpp"
#include "dkr/core/view/group_view.hpp"
#include "dkr/core/view/reply.hpp"

namespace dkr {

/// What only a status asks of a data node. What the node does not tell is unset.
struct NodeDetail {
  std::string version;
  std::optional<MinReplicas> limits;
  std::optional<long long> good_replicas;       ///< those that the limits count
  std::optional<std::chrono::seconds> up;       ///< since its start
  std::optional<std::chrono::seconds> heard;    ///< replicas: since its master sent something
  std::optional<std::chrono::seconds> cut_for;  ///< replicas: since the link was lost
  std::optional<std::chrono::seconds> saved;    ///< since it saved an RDB, in this run
};

inline auto fields_of(const NodeDetail& detail) {
  const auto& [version, limits, good_replicas, up, heard, cut_for, saved] = detail;
  return std::tie(version, limits, good_replicas, up, heard, cut_for, saved);
}

struct NodeStatus {
  NodeView view;
  NodeDetail detail = {};
};

inline auto fields_of(const NodeStatus& status) {
  const auto& [view, detail] = status;
  return std::tie(view, detail);
}

/// A server that a sentinel considers down.
struct MissedServer {
  Endpoint at;
  std::chrono::milliseconds since{};
};

inline auto fields_of(const MissedServer& missed) {
  const auto& [at, since] = missed;
  return std::tie(at, since);
}

/// What only a status asks of a sentinel. What it does not tell is unset, 0 or empty.
struct SentinelDetail {
  std::string version;
  std::optional<std::chrono::seconds> up;
  std::optional<std::chrono::milliseconds> named_for;  ///< since it names this master
  std::chrono::milliseconds failover_timeout{};
  int parallel_syncs = 0;
  std::string failover_state;        ///< of a failover that it runs, in Sentinel's words
  std::vector<MissedServer> missed;  ///< the master, replicas and sentinels that it finds down
};

inline auto fields_of(const SentinelDetail& detail) {
  const auto& [version, up, named_for, failover_timeout, parallel_syncs, failover_state, missed] =
      detail;
  return std::tie(version, up, named_for, failover_timeout, parallel_syncs, failover_state, missed);
}

struct SentinelStatus {
  SentinelView view;
  SentinelDetail detail = {};
};

inline auto fields_of(const SentinelStatus& status) {
  const auto& [view, detail] = status;
  return std::tie(view, detail);
}

/// All that a status is made of: the answers of one moment.
struct GroupStatus {
  std::string group;
  std::vector<SentinelStatus> sentinels;
  std::vector<NodeStatus> nodes;
};

/// Returns the view in a status.
GroupView view_of(const GroupStatus& status);

/// Parses the replies to INFO, CONFIG GET min-replicas-* and TIME.
NodeDetail node_detail(const Reply& info, const Reply& limits, const Reply& time);

/// Parses the replies to SENTINEL MASTER, SENTINELS and REPLICAS, and to INFO server.
SentinelDetail sentinel_detail(const Reply& master, const Reply& sentinels, const Reply& replicas,
                               const Reply& info);

}  // namespace dkr
