#pragma once

#include <string>
#include <tuple>

#include "dkr/core/decide/role_case.hpp"
#include "dkr/core/decide/situation.hpp"
#include "dkr/core/settings/settings.hpp"

namespace dkr {

/// What the start of a data node may do.
enum class RoleAction {
  as_it_is,  ///< in the role that its configuration has
  be_master,
  be_closed_master,  ///< one that takes no writes until the watcher opens it
  be_replica,        ///< of the server of the case
  promote,           ///< have the sentinels promote the server of the case, and decide again
  wait,              ///< and decide again
};

struct RoleDecision {
  RoleAction action = RoleAction::as_it_is;
  RoleCase found = {};
};

inline auto fields_of(const RoleDecision& decision) {
  const auto& [action, found] = decision;
  return std::tie(action, found);
}
constexpr RoleAction last_of(RoleAction /*type*/) {
  return RoleAction::wait;
}

/// Whether this node belongs to a group: REDIS_GROUP is set, sentinels were given by hand, or its
/// data has been the group's.
bool is_member(const Settings& settings, const std::string& data_group);

/// Decides the role of a data node at its start. A stale master never serves one write, an empty
/// one never wipes a replica, foreign data is never replaced.
RoleDecision decide_start_role(const Situation& now);

/// The decision as a line for a person.
std::string describe(const RoleDecision& decision);

}  // namespace dkr
