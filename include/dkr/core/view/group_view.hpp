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
#include "dkr/core/view/reply.hpp"

namespace dkr {

/// The state of a server as a sentinel has it. Source: sentinel.c, addReplySentinelRedisInstance().
struct ServerFlags {
  ServerFlags() = default;
  /// Reads words with commas between them; those that are no flag below are kept in the text only.
  explicit ServerFlags(std::string words);

  std::string text;  ///< as the sentinel writes them, for a person: "slave,s_down"
  bool s_down = false;
  bool o_down = false;
  bool failover_in_progress = false;
  bool disconnected = false;

  [[nodiscard]] bool down() const { return s_down || o_down; }
};

/// The other fields follow from the text.
inline auto fields_of(const ServerFlags& flags) {
  return std::tie(flags.text);
}

/// What a sentinel knows of another server of the group.
struct KnownServer {
  Endpoint at;
  std::string id;  ///< of a sentinel: its myid
  ServerFlags flags;
  int priority = 100;                    ///< of a replica; 0: never to be promoted
  std::chrono::milliseconds info_age{};  ///< since it last told its role
};

inline auto fields_of(const KnownServer& known) {
  const auto& [at, id, flags, priority, info_age] = known;
  return std::tie(at, id, flags, priority, info_age);
}

/// What one sentinel says of the group.
struct SentinelView {
  Endpoint at;
  std::optional<Failure> failure;  ///< why it did not answer; nothing: it did
  bool knows_group = false;        ///< the rest is meaningful
  std::string id;                  ///< its myid; empty before 6.2
  Endpoint master;
  ServerFlags flags;                    ///< of the master
  std::chrono::milliseconds silence{};  ///< since the master last answered its PING
  bool busy = false;                    ///< with a failover, to that master or away from it
  std::uint64_t config_epoch = 0;
  std::uint64_t newest_epoch = 0;  ///< the greatest epoch it has heard of
  int quorum = 0;
  std::chrono::milliseconds down_after{};
  std::vector<KnownServer> sentinels;  ///< the others
  std::vector<KnownServer> replicas;
};

inline auto fields_of(const SentinelView& view) {
  const auto& [at, failure, knows_group, id, master, flags, silence, busy, config_epoch,
               newest_epoch, quorum, down_after, sentinels, replicas] = view;
  return std::tie(at, failure, knows_group, id, master, flags, silence, busy, config_epoch,
                  newest_epoch, quorum, down_after, sentinels, replicas);
}

/// What one data node says of itself.
struct NodeView {
  enum class Role { unknown, master, replica };

  Endpoint at;
  std::optional<Failure> failure = {};  ///< why it did not answer; nothing: it did
  Role role = Role::unknown;
  bool loading = false;
  int loaded_percent = 0;      ///< while it is loading
  Endpoint master;             ///< of a replica: whom it follows
  bool link_up = false;        ///< of a replica
  bool was_linked = false;     ///< of a replica: it is, or was since it follows somebody
  bool synchronizing = false;  ///< of a replica: it is being sent all data
  int linked_replicas = 0;
  std::vector<Endpoint> replicas = {};  ///< those that are linked and in step
  long long keys = 0;                   ///< in all databases
  std::string replication_id;
  std::string former_id;  ///< the history that its own one continues; zeros: none
  long long offset = 0;
  int priority = 100;
  long long aof_size = -1;   ///< written or about to be; -1: it keeps no AOF
  bool aof_rewrite = false;  ///< the AOF is being made anew
  long long changes = -1;    ///< of its data since it was saved; -1: it has not told
  std::string run_id = {};   ///< of this run of the server, like no other
  Endpoint announced = {};   ///< what it tells others; without a host: nothing of its own

  [[nodiscard]] bool has_keys() const { return keys > 0; }
};

inline auto fields_of(const NodeView& view) {
  const auto& [at, failure, role, loading, loaded_percent, master, link_up, was_linked,
               synchronizing, linked_replicas, replicas, keys, replication_id, former_id, offset,
               priority, aof_size, aof_rewrite, changes, run_id, announced] = view;
  return std::tie(at, failure, role, loading, loaded_percent, master, link_up, was_linked,
                  synchronizing, linked_replicas, replicas, keys, replication_id, former_id, offset,
                  priority, aof_size, aof_rewrite, changes, run_id, announced);
}
constexpr NodeView::Role last_of(NodeView::Role /*type*/) {
  return NodeView::Role::replica;
}

/// Of a sentinel or a node that did not answer.
template <class View>
View unanswered(const Endpoint& at, const Failure& why) {
  View view;
  view.at = at;
  view.failure = why;
  return view;
}

std::string_view name_of(NodeView::Role role);
/// Master or replica; nothing for any other name.
std::optional<NodeView::Role> role_named(std::string_view name);

/// All that could be learned at one moment.
struct GroupView {
  std::vector<SentinelView> sentinels;
  std::vector<NodeView> nodes;
};

/// Whether a sentinel fails over, away from the master that it names, or will: it finds it down
/// together with others.
bool replaces_master(const SentinelView& sentinel);

/// Whether a sentinel holds the master that it names for down, or may do so soon: half of the time
/// has passed without an answer to its pings.
bool misses_master(const SentinelView& sentinel);

/// How the node that has these endpoints is called by sentinels, as a master or a replica.
std::vector<Endpoint> known_names(const std::vector<Endpoint>& me, const GroupView& view);

/// The value of a field in a flat list of fields and values, as a sentinel answers; empty: none.
std::string field(const Reply& fields, std::string_view name);

/// What the answers to SENTINEL MASTER, SENTINELS, REPLICAS, MYID and GET-MASTER-ADDR-BY-NAME say.
/// An unknown group is no failure.
SentinelView sentinel_view(const Endpoint& at, const std::vector<Reply>& answers);

/// What the answer to INFO says.
NodeView node_view(const Endpoint& at, const Reply& info);

/// What the answer to CONFIG GET replica-announce-* says, of a server that is reached at a port.
Endpoint announced_in(const Reply& pairs, std::uint16_t port);

/// The node that answered at this endpoint; null: nobody was asked there.
const NodeView* find_node(const GroupView& view, const Endpoint& at);

/// Whom the view speaks of without having asked.
struct Unasked {
  std::vector<Endpoint> sentinels;
  std::vector<Endpoint> nodes;
};

/// The sentinels that others know, the masters that sentinels name and replicas follow; with
/// `replicas` also the replicas that sentinels know.
Unasked unasked(const GroupView& view, bool replicas);

}  // namespace dkr
