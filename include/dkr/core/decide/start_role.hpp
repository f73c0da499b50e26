#pragma once

#include <string>
#include <tuple>

#include "dkr/core/decide/role_case.hpp"
#include "dkr/core/decide/situation.hpp"
#include "dkr/core/settings/settings.hpp"

namespace dkr {

/// What a data node may do at its start.
enum class RoleAction {
  as_it_is,  ///< start in the role of its configuration
  be_master,
  be_closed_master,  ///< a master that takes no writes until the watcher opens the fence
  be_replica,        ///< a replica of `found.server`
  promote,           ///< have the sentinels promote `found.server`, then decide again
  wait,              ///< wait, then decide again
};

struct RoleDecision {
  RoleAction action = RoleAction::as_it_is;
  RoleCase found = {};
  bool loses = false;      ///< a replica gives up what its master demonstrably does not have
  bool empty = false;      ///< a replica is not to be promoted before it has the group's data
  std::string group = {};  ///< the group's name, if it was taken from the sentinels
};

inline auto fields_of(const RoleDecision& decision) {
  const auto& [action, found, loses, empty, group] = decision;
  return std::tie(action, found, loses, empty, group);
}
constexpr RoleAction last_of(RoleAction /*type*/) {
  return RoleAction::wait;
}

/// True if this node belongs to a group: REDIS_GROUP is set, sentinels were given by hand, or its
/// data has been the group's.
bool is_member(const Settings& settings, const std::string& data_group);

/// Decides the role of a data node at its start. A stale master never serves a single write, an
/// empty one never wipes a replica, and foreign data is never replaced.
RoleDecision decide_start_role(const Situation& now);

/// Returns the decision as a line for a person.
std::string describe(const RoleDecision& decision);

}  // namespace dkr
