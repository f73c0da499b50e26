#pragma once

#include <chrono>
#include <string>

#include "dkr/core/base/timing.hpp"
#include "dkr/core/decide/role_case.hpp"
#include "dkr/core/node/node_data.hpp"
#include "dkr/redis/orders.hpp"

namespace dkr {

/// What a data node that runs shall do about its role.
enum class RunningAction {
  stay,
  follow,     ///< become a replica of Turn::server
  serve,      ///< become a master
  promote,    ///< have the sentinels promote Turn::server
  repoint,    ///< tell the sentinels that this node is the master
  set_aside,  ///< keep the data under another name, then follow Turn::server
};

/// Why. The README has a row for each.
enum class RunningReason {
  in_place,              ///< the role is the one that the sentinels name, or was given by hand
  nobody_named,          ///< no majority of sentinels names a master
  failing_over,          ///< a sentinel fails over
  not_the_groups,        ///< another is named, and the data here is not the group's
  named_lives,           ///< another is named, and is a master
  named_away,            ///< another is named, and does not answer
  named_follows_master,  ///< whom the sentinels name follows another master, which lives
  named_follows_me,      ///< whom the sentinels name follows this node
  named_lost,            ///< whom the sentinels name is a replica and leads to no master
  named_empty,           ///< another is named, has no keys, and this one has the group's
  named_and_follows,     ///< this node is named, and follows a live master, which will say so
  named_without_master,  ///< this node is named, is a replica, and no master lives
  named_older,           ///< the same, and another replica has more
  named_formerly,        ///< this node, a master, is named by an address that it no longer has
  address_taken,         ///< named is an address of this node that another had before
  nobody_lives,          ///< whom the sentinels know of is gone; this node has the best claim
  sentinel_lost,         ///< this node is named; one sentinel names a node that is no master
};

struct RunningDecision {
  RunningAction action = RunningAction::stay;
  RunningReason reason = RunningReason::in_place;
  Endpoint server = {};  ///< the other one that it is about
};

/// Decides what a node does that runs. `own` is what its server says of itself, `lasted` for how
/// long the same reason has been seen.
RunningDecision decide_running_role(const Situation& now, const NodeView& own,
                                    std::chrono::milliseconds lasted);

/// What a running server has, as a start would find it.
NodeData data_of(const NodeView& own, const std::string& group, const Identity& identity);

/// The turn as a line for a person.
std::string describe(const RunningDecision& decision);

}  // namespace dkr
