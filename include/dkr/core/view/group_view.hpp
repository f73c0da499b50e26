#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/base/time.hpp"
#include "dkr/core/node/replica_priority.hpp"
#include "dkr/core/view/reply.hpp"

namespace dkr {

/// A server's state as a sentinel has it. Source: sentinel.c, addReplySentinelRedisInstance().
struct ServerFlags {
  ServerFlags() = default;
  /// Parses comma-separated words; those that are no flag below are kept in the text only.
  explicit ServerFlags(std::string words);

  std::string text;  ///< as the sentinel writes them, for a person: "slave,s_down"
  bool s_down = false;
  bool o_down = false;
  bool failover_in_progress = false;
  bool disconnected = false;
  bool promoted = false;  ///< a replica that a failover under way has chosen

  [[nodiscard]] bool down() const { return s_down || o_down; }
};

/// The other fields follow from the text.
inline auto fields_of(const ServerFlags& flags) {
  return std::tie(flags.text);
}

/// What a sentinel knows about another server of the group.
struct KnownServer {
  Endpoint at;
  std::string id;  ///< sentinels only: its myid
  ServerFlags flags;
  int priority = default_priority;       ///< replicas only; 0: never to be promoted
  std::chrono::milliseconds info_age{};  ///< time since it last reported its role
};

inline auto fields_of(const KnownServer& known) {
  const auto& [at, id, flags, priority, info_age] = known;
  return std::tie(at, id, flags, priority, info_age);
}

/// What one sentinel says about the group.
struct SentinelView {
  Endpoint at;
  std::optional<Failure> failure;  ///< why it did not answer; unset: it did
  bool knows_group = false;        ///< the rest is valid only if true
  std::string id;                  ///< its myid, hex digits; empty before 6.2
  Endpoint master;
  ServerFlags flags;                    ///< of the master
  std::chrono::milliseconds silence{};  ///< time since the master last answered its PING
  bool busy = false;                    ///< it runs a failover, to that master or away from it
  bool tilt = false;                    ///< it only observes for now: Sentinel's TILT mode
  std::uint64_t config_epoch = 0;
  std::uint64_t newest_epoch = 0;  ///< the greatest epoch it has heard of
  int quorum = 0;                  ///< the user's own, also while it is paused
  std::chrono::milliseconds down_after{};
  std::vector<KnownServer> sentinels;  ///< the other sentinels
  std::vector<KnownServer> replicas;
  std::vector<std::string> groups = {};  ///< those that it knows, if this one is not among them
  WallTime paused_until = {};  ///< it fails over only when told to, and that is to end then
};

inline auto fields_of(const SentinelView& view) {
  const auto& [at, failure, knows_group, id, master, flags, silence, busy, tilt, config_epoch,
               newest_epoch, quorum, down_after, sentinels, replicas, groups, paused_until] = view;
  return std::tie(at, failure, knows_group, id, master, flags, silence, busy, tilt, config_epoch,
                  newest_epoch, quorum, down_after, sentinels, replicas, groups, paused_until);
}

/// What one data node says about itself.
struct NodeView {
  enum class Role { unknown, master, replica };

  Endpoint at;
  std::optional<Failure> failure = {};  ///< why it did not answer; unset: it did
  Role role = Role::unknown;
  bool loading = false;
  int loaded_percent = 0;      ///< while it is loading
  Endpoint master;             ///< replicas only: whom it follows
  bool link_up = false;        ///< replicas only
  bool was_linked = false;     ///< replicas only: it is, or was since it began to follow
  bool synchronizing = false;  ///< replicas only: a full resync is running
  int linked_replicas = 0;
  std::vector<Endpoint> replicas = {};  ///< replicas that are linked and in step
  long long keys = 0;                   ///< keys in all databases
  std::string replication_id;
  std::string former_id;  ///< the history that its own continues; empty: none
  long long offset = 0;
  int priority = default_priority;
  long long aof_size = -1;   ///< bytes written or about to be; -1: no AOF
  bool aof_waits = false;    ///< what is written last waits for the disk, in memory
  bool aof_rewrite = false;  ///< the AOF is being rewritten, or is about to be
  long long changes = -1;    ///< changes since the data was saved; -1: unknown
  std::string run_id = {};   ///< unique to this run of the server
  Endpoint announced = {};   ///< what it announces; without a host: nothing

  [[nodiscard]] bool has_keys() const { return keys > 0; }
};

inline auto fields_of(const NodeView& view) {
  const auto& [at, failure, role, loading, loaded_percent, master, link_up, was_linked,
               synchronizing, linked_replicas, replicas, keys, replication_id, former_id, offset,
               priority, aof_size, aof_waits, aof_rewrite, changes, run_id, announced] = view;
  return std::tie(at, failure, role, loading, loaded_percent, master, link_up, was_linked,
                  synchronizing, linked_replicas, replicas, keys, replication_id, former_id, offset,
                  priority, aof_size, aof_waits, aof_rewrite, changes, run_id, announced);
}
constexpr NodeView::Role last_of(NodeView::Role /*type*/) {
  return NodeView::Role::replica;
}

/// Returns the view of a sentinel or a node that did not answer.
template <class View>
View unanswered(const Endpoint& at, const Failure& why) {
  View view;
  view.at = at;
  view.failure = why;
  return view;
}

std::string_view name_of(NodeView::Role role);
/// Returns master or replica; nullopt for any other name.
std::optional<NodeView::Role> role_named(std::string_view name);

/// Everything that could be learned at one moment.
struct GroupView {
  std::vector<SentinelView> sentinels;
  std::vector<NodeView> nodes;
};

/// True if a sentinel fails over away from the master that it names, or will: it agrees with others
/// that the master is down.
bool replaces_master(const SentinelView& sentinel);

/// True if a sentinel considers the master that it names down, or may do so soon: half of the time
/// has passed without an answer to its PINGs.
bool misses_master(const SentinelView& sentinel);

/// Returns which endpoints of `me` the sentinels use for this node, as a master or a replica.
std::vector<Endpoint> known_names(const std::vector<Endpoint>& me, const GroupView& view);

/// Returns the value of a field in a sentinel's flat list of fields and values; empty: none.
std::string field(const Reply& fields, std::string_view name);

/// Parses the replies to SENTINEL MASTER, SENTINELS, REPLICAS, MYID and GET-MASTER-ADDR-BY-NAME and
/// to INFO. An unknown group is not a failure.
SentinelView sentinel_view(const Endpoint& at, const std::vector<Reply>& answers);

/// Parses the reply to INFO.
NodeView node_view(const Endpoint& at, const Reply& info);

/// Parses the reply to CONFIG GET replica-announce-* of a server that is reached at `port`.
Endpoint announced_in(const Reply& pairs, std::uint16_t port);

/// Returns the node at this endpoint; null if nobody was asked there.
const NodeView* find_node(const GroupView& view, const Endpoint& at);

/// True if two views are of one server, which may have been asked by its name and by its address.
bool is_same_server(const NodeView* one, const NodeView* other);

/// Removes the server of this run id from a view, in which it is nobody else. Returns at which
/// addresses it was met.
std::vector<Endpoint> take_self(GroupView& view, const std::string& run_id);

/// Servers that the view mentions and that were not asked.
struct Unasked {
  std::vector<Endpoint> sentinels;
  std::vector<Endpoint> nodes;
};

/// Returns the sentinels that others know, and the masters that sentinels name and replicas follow;
/// with `replicas`, also the replicas that sentinels know.
Unasked unasked(const GroupView& view, bool replicas);

}  // namespace dkr
