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

/// The input of a look at the group by a running node.
struct LookOrder {
  NodeView own;
  std::string group;              ///< the group that the data belongs to
  Identity identity;              ///< what the group knows the node by
  std::optional<RoleCase> found;  ///< what the looks before have found; nullopt before the first
  std::chrono::milliseconds lasted{};  ///< how long they have found it
};

/// Looks at the group once, decides about the role of the server beside us, and acts on the
/// decision. Call it in a child process.
LookReport reconcile(const Settings& settings, const Endpoint& server, const Storage& storage,
                     const LookOrder& order);

}  // namespace dkr
