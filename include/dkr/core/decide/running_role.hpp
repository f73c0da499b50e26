#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "dkr/core/base/time.hpp"
#include "dkr/core/decide/role_case.hpp"
#include "dkr/core/decide/situation.hpp"
#include "dkr/core/node/node_data.hpp"

namespace dkr {

/// What a running data node should do about its role.
enum class RunningAction {
  stay,
  follow,     ///< become a replica of `found.server`
  save,       ///< save the data, then follow
  serve,      ///< become a master
  promote,    ///< have the sentinels promote `found.server`
  repoint,    ///< tell the sentinels that this node is the master
  remind,     ///< make `found.server`, a sentinel, monitor the group again
  set_aside,  ///< keep the data under another name, then follow `found.server`
};

struct RunningDecision {
  RunningAction action = RunningAction::stay;
  RoleCase found = {};
  bool loses = false;  ///< who follows gives up what that master demonstrably does not have
};

/// Since when a running node has found the same case. A failover that comes to nothing is no case
/// of its own: what was found before it goes on.
struct RoleClock {
  std::optional<RoleCase> found = {};    ///< by the newest look
  std::optional<RoleCase> lasting = {};  ///< the newest that was no failover under way
  TimePoint since{};                     ///< since when that was found

  /// Takes what a look has found that began now.
  void take(const RoleCase& next, TimePoint now);

  /// Returns for how long the newest case has been found.
  [[nodiscard]] std::chrono::milliseconds lasted(TimePoint now) const;
};

/// Decides what a running node does; the situation must have `own`. `lasted` is how long the same
/// case has been found. It stays as it is while the group is paused.
RunningDecision decide_running_role(const Situation& now, std::chrono::milliseconds lasted);

/// Returns the endpoint by which the others know this node.
Endpoint my_name(const Situation& now);

/// Returns the data of a running server, as a start would find it with this note.
NodeData data_of(const NodeView& own, const StateNote& note);

}  // namespace dkr
