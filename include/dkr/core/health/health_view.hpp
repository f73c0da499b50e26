#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "dkr/core/base/time.hpp"
#include "dkr/core/decide/fence.hpp"
#include "dkr/core/view/group_view.hpp"
#include "dkr/core/view/reply.hpp"

namespace dkr {

/// What the sentinels say about a member.
struct Standing {
  bool looked = false;            ///< the sentinels have been looked for
  std::size_t known = 0;          ///< known sentinels of the group
  std::size_t reached = 0;        ///< those heard lately
  std::size_t needed = 0;         ///< votes needed for a failover
  std::optional<Endpoint> named;  ///< master that most known sentinels name
  bool named_lives = false;       ///< most reached sentinels reach that master
  /// Most known sentinels, the newest epoch, or all reached sentinels name this node.
  bool names_me = false;
};

inline auto fields_of(const Standing& standing) {
  const auto& [looked, known, reached, needed, named, named_lives, names_me] = standing;
  return std::tie(looked, known, reached, needed, named, named_lives, names_me);
}

/// Returns the standing of the node that has the endpoints `me`, by all sentinels that ever
/// answered, and by the answers of those heard lately.
Standing standing_of(const GroupView& ever, const GroupView& heard,
                     const std::vector<Endpoint>& me);

/// A group as the sentinel beside us sees it.
struct MonitoredGroup {
  std::string name;
  Endpoint master;
  bool master_up = false;
  bool can_fail_over = false;  ///< enough sentinels are in reach
  std::string votes;           ///< the sentinel's reply to CKQUORUM
  int replicas = 0;
  int sentinels = 0;  ///< including the one beside us
  int quorum = 0;     ///< the user's own, also while it is paused
  WallTime paused_until = {};
  bool busy = false;  ///< a failover runs
};

inline auto fields_of(const MonitoredGroup& group) {
  const auto& [name, master, master_up, can_fail_over, votes, replicas, sentinels, quorum,
               paused_until, busy] = group;
  return std::tie(name, master, master_up, can_fail_over, votes, replicas, sentinels, quorum,
                  paused_until, busy);
}

/// Returns the groups in the reply to SENTINEL MASTERS.
std::vector<MonitoredGroup> monitored_groups(const Reply& masters);
/// Adds the reply to SENTINEL CKQUORUM.
void take_votes(MonitoredGroup& group, const Reply& answer);

/// Everything that a probe is answered from.
struct HealthView {
  enum class Kind {
    waiting,  ///< no server yet: still looking for its role or its master
    node,     ///< a data node
    sentinel,
  };

  Kind kind = Kind::waiting;
  TimePoint alive{};  ///< last answer or progress of the server; zero: asked once, no answer
  std::optional<TimePoint> heard;  ///< when the query of its last good answer was sent
  std::string failure;             ///< why it gives no good answer; empty: unknown
  bool objects = false;            ///< its newest answer is is_objection()
  int crashes = 0;                 ///< crashes of the server in the life of the container

  NodeView node;
  Gate gate = Gate::open;
  std::string gate_reason;       ///< why the gate is not open
  bool refuses_writes = false;   ///< the server's limits let no write in
  std::optional<long long> lag;  ///< bytes that a replica is behind; unset: unknown

  std::string group;           ///< group of a member or a waiting node; empty: independent
  Standing standing;           ///< members only
  WallTime paused_until = {};  ///< members only: the group, if that is in the future

  std::vector<MonitoredGroup> groups;  ///< sentinels only
};

inline auto fields_of(const HealthView& view) {
  const auto& [kind, alive, heard, failure, objects, crashes, node, gate, gate_reason,
               refuses_writes, lag, group, standing, paused_until, groups] = view;
  return std::tie(kind, alive, heard, failure, objects, crashes, node, gate, gate_reason,
                  refuses_writes, lag, group, standing, paused_until, groups);
}
constexpr HealthView::Kind last_of(HealthView::Kind /*type*/) {
  return HealthView::Kind::sentinel;
}

/// True if the server has given a good answer lately.
bool is_heard(const HealthView& view, TimePoint now);
/// True if it has started, and lets us see nothing.
bool is_objecting(const HealthView& view, TimePoint now);

}  // namespace dkr
