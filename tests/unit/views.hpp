#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "dkr/core/decide/start_role.hpp"
#include "dkr/core/node/node_data.hpp"
#include "dkr/core/settings/raw_settings.hpp"
#include "dkr/core/view/group_view.hpp"

// What the tests of the decisions have in common: a group of three data nodes and its sentinels.
namespace dkr {

inline const Endpoint a{"10.0.0.1", 6379};
inline const Endpoint& me = a;
inline const Endpoint b{"10.0.0.2", 6379};
inline const Endpoint c{"10.0.0.3", 6379};
inline const Endpoint nobody{};
/// Where this node, and another, were before.
inline const Endpoint was_me{"10.9.0.1", 6379};
inline const Endpoint was_b{"10.9.0.2", 6379};
inline const std::vector<std::string> ids{"1a", "2b", "3c", "4d", "5e", "6f", "70", "81"};

inline Settings usual() {
  return parse_settings({}, "/")->settings;
}

/// From 0 to one less than `most`.
inline int pick(std::mt19937& random, int most) {
  return static_cast<int>(random() % static_cast<unsigned>(most));
}

inline Endpoint sentinel_at(std::size_t which) {
  return {"10.1.0." + std::to_string(which), 26379};
}

/// A sentinel that names a master, and knows so many sentinels in all.
inline SentinelView names(const Endpoint& master, std::size_t which, std::uint64_t epoch = 1,
                          std::size_t known = 3) {
  SentinelView view;
  view.at = sentinel_at(which);
  view.knows_group = true;
  view.id = ids.at(which);
  view.master = master;
  view.flags = ServerFlags("master");
  view.config_epoch = epoch;
  view.newest_epoch = epoch;
  for (std::size_t other = 0; other < known; ++other) {
    if (other != which) {
      view.sentinels.push_back({sentinel_at(other), ids.at(other), {}});
    }
  }
  return view;
}

/// So many sentinels that name a master, of three.
inline std::vector<SentinelView> name(const Endpoint& master, std::size_t count = 3) {
  std::vector<SentinelView> all;
  for (std::size_t which = 0; which < count; ++which) {
    all.push_back(names(master, which));
  }
  return all;
}

/// The same sentinels, which know one replica.
inline std::vector<SentinelView> listing(const Endpoint& replica,
                                         std::vector<SentinelView> sentinels) {
  for (SentinelView& sentinel : sentinels) {
    sentinel.replicas = {{replica, "", ServerFlags("slave")}};
  }
  return sentinels;
}

/// The same sentinels, which know these replicas, too.
inline std::vector<SentinelView> knowing(std::vector<SentinelView> all,
                                         const std::vector<Endpoint>& replicas) {
  for (SentinelView& sentinel : all) {
    for (const Endpoint& replica : replicas) {
      sentinel.replicas.push_back({replica, "", ServerFlags("slave"), 100});
    }
  }
  return all;
}

inline NodeView node(const Endpoint& at, NodeView::Role role, const Endpoint& master = {},
                     long long offset = 0, bool keys = true, const std::string& history = "h") {
  NodeView view;
  view.at = at;
  view.role = role;
  view.master = master;
  view.offset = offset;
  view.keys = keys ? 1 : 0;
  view.replication_id = history;
  return view;
}

inline NodeView master(const Endpoint& at, long long offset = 100, bool keys = true,
                       const std::string& history = "h") {
  return node(at, NodeView::Role::master, {}, offset, keys, history);
}

inline NodeView replica(const Endpoint& at, const Endpoint& of, long long offset = 100,
                        bool keys = true) {
  return node(at, NodeView::Role::replica, of, offset, keys);
}

inline NodeView silent(const Endpoint& at) {
  NodeView view = node(at, NodeView::Role::unknown, {}, 0, false, "");
  view.failure = too_late();
  return view;
}

inline NodeView loading(NodeView view) {
  view.loading = true;
  return view;
}

inline NodeView linked(NodeView view) {
  view.link_up = view.was_linked = true;
  return view;
}

/// A node of any kind at an endpoint; a replica follows one of two.
inline NodeView any_node(std::mt19937& random, const Endpoint& at, const Endpoint& one,
                         const Endpoint& other) {
  NodeView view =
      node(at, static_cast<NodeView::Role>(pick(random, 3)), pick(random, 2) == 0 ? one : other,
           50LL * pick(random, 3), pick(random, 2) == 0, pick(random, 3) == 0 ? "new" : "h");
  view.loading = pick(random, 4) == 0;
  return view;
}

inline const NodeData fresh{NodeData::Role::none, false, {"", -1}, ""};
inline const NodeData was_master{NodeData::Role::master, true, {"h", 100}, "redis"};
inline const NodeData old_master{NodeData::Role::master, true, {"h", 50}, "redis"};
inline const NodeData unsure_master{NodeData::Role::master, true, {"", -1}, "redis"};
inline const NodeData emptied_master{NodeData::Role::master, false, {"", -1}, "redis"};
inline const NodeData was_replica{NodeData::Role::replica, true, {"h", 100}, "redis"};
inline const NodeData stranger{NodeData::Role::master, true, {"other", 7}, ""};

/// The note of a node that belongs to a group and is known as this.
inline StateNote note_of(const std::string& group, const Identity& identity = {}) {
  StateNote note;
  note.group = group;
  note.identity = identity;
  return note;
}

}  // namespace dkr
