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

/// What the sentinels say of a member.
struct Standing {
  bool looked = false;            ///< they have been looked for
  std::size_t known = 0;          ///< sentinels of the group
  std::size_t reached = 0;        ///< those that have been heard lately
  std::size_t needed = 0;         ///< for a failover
  std::optional<Endpoint> named;  ///< by most of the known ones
  bool named_lives = false;       ///< most of those reached reach it
  /// Most of the known ones name this node, or the newest word does, or all of those reached do.
  bool names_me = false;
};

inline auto fields_of(const Standing& standing) {
  const auto& [looked, known, reached, needed, named, named_lives, names_me] = standing;
  return std::tie(looked, known, reached, needed, named, named_lives, names_me);
}

/// The standing of the node that has these endpoints, by all sentinels that ever answered, and by
/// what those say that were heard lately.
Standing standing_of(const GroupView& ever, const GroupView& heard,
                     const std::vector<Endpoint>& me);

/// A group as the sentinel beside us sees it.
struct MonitoredGroup {
  std::string name;
  Endpoint master;
  bool master_up = false;
  bool can_fail_over = false;  ///< enough sentinels are in reach
  std::string votes;           ///< what it says of them
  int replicas = 0;
  int sentinels = 0;  ///< with itself
  int quorum = 0;
};

inline auto fields_of(const MonitoredGroup& group) {
  const auto& [name, master, master_up, can_fail_over, votes, replicas, sentinels, quorum] = group;
  return std::tie(name, master, master_up, can_fail_over, votes, replicas, sentinels, quorum);
}

/// The groups in the answer to SENTINEL MASTERS.
std::vector<MonitoredGroup> monitored_groups(const Reply& masters);
/// Adds what the answer to SENTINEL CKQUORUM says.
void take_votes(MonitoredGroup& group, const Reply& answer);

/// All that a probe is answered from.
struct HealthView {
  enum class Kind {
    waiting,  ///< no server yet: its role, or its master, is looked for
    node,     ///< a data node
    sentinel,
  };

  Kind kind = Kind::waiting;
  TimePoint alive{};  ///< when the server last answered or showed progress; zero: it was
                      ///< asked once, and did not
  std::optional<TimePoint> heard;  ///< when its newest good answer was asked for
  std::string failure;             ///< why it gives none; empty: nobody knows
  int crashes = 0;                 ///< of the server, in the life of the container

  NodeView node;
  Gate gate = Gate::open;
  std::string gate_reason;       ///< why it is not open
  bool refuses_writes = false;   ///< its limits let nothing in
  std::optional<long long> lag;  ///< bytes that a replica has still to get; nothing: not known

  std::string group;  ///< of a member or a node that waits; empty: independent
  Standing standing;  ///< of a member

  std::vector<MonitoredGroup> groups;  ///< of a sentinel
};

inline auto fields_of(const HealthView& view) {
  const auto& [kind, alive, heard, failure, crashes, node, gate, gate_reason, refuses_writes, lag,
               group, standing, groups] = view;
  return std::tie(kind, alive, heard, failure, crashes, node, gate, gate_reason, refuses_writes,
                  lag, group, standing, groups);
}
constexpr HealthView::Kind last_of(HealthView::Kind /*type*/) {
  return HealthView::Kind::sentinel;
}

/// Whether the server has given a good answer lately.
bool is_heard(const HealthView& view, TimePoint now);

}  // namespace dkr
