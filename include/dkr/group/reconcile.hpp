#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/node/state_note.hpp"
#include "dkr/core/node/storage.hpp"
#include "dkr/core/settings/settings.hpp"
#include "dkr/core/view/group_view.hpp"
#include "dkr/group/look_report.hpp"

namespace dkr {

/// What a look at the group for a running node starts from.
struct LookOrder {
  NodeView own;
  std::string group;                   ///< whose data it is
  Identity identity;                   ///< by what the group knows the node
  std::optional<RoleCase> found;       ///< what the looks before have found; nothing: no look yet
  std::chrono::milliseconds lasted{};  ///< for how long they have
};

/// Looks at the group once, decides about the role of the server beside us, and does what is to be
/// done about it. For a process of its own.
LookReport reconcile(const Settings& settings, const Endpoint& server, const Storage& storage,
                     const LookOrder& order);

}  // namespace dkr
