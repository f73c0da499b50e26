#pragma once

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/decide/running_role.hpp"
#include "dkr/core/node/state_note.hpp"
#include "dkr/core/node/storage.hpp"
#include "dkr/core/settings/settings.hpp"
#include "dkr/core/view/group_view.hpp"
#include "dkr/group/look_report.hpp"

namespace dkr {

/// The input of a look at the group by a running node.
struct LookOrder {
  NodeView own;
  StateNote note;
  RoleClock clock;         ///< what the looks before have found
  Endpoint followed;       ///< as the look before has reported
  TimePoint held_since{};  ///< when another node began to hold this one back; long ago: none did
  Vote voted = {};         ///< the newest of a sentinel in the group
};

/// Looks at the group once, decides about the role of the server beside us, and acts on the
/// decision. Call it in a child process.
LookReport reconcile(const Settings& settings, const Endpoint& server, const Storage& storage,
                     const LookOrder& order);

}  // namespace dkr
