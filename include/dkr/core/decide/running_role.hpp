#pragma once

#include <chrono>
#include <string>

#include "dkr/core/decide/role_case.hpp"
#include "dkr/core/decide/situation.hpp"
#include "dkr/core/node/node_data.hpp"

namespace dkr {

/// What a data node that runs shall do about its role.
enum class RunningAction {
  stay,
  follow,     ///< become a replica of the server of the case
  serve,      ///< become a master
  promote,    ///< have the sentinels promote the server of the case
  repoint,    ///< tell the sentinels that this node is the master
  set_aside,  ///< keep the data under another name, then follow the server of the case
};

struct RunningDecision {
  RunningAction action = RunningAction::stay;
  RoleCase found = {};
};

/// Decides what a node does that runs: of a situation with `own`. `lasted` is for how long the same
/// case has been found.
RunningDecision decide_running_role(const Situation& now, std::chrono::milliseconds lasted);

/// What a running server has, as a start would find it.
NodeData data_of(const NodeView& own, const std::string& group, const Identity& identity);

}  // namespace dkr
