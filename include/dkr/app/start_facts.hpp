#pragma once

#include <functional>
#include <optional>
#include <string>

#include "dkr/core/base/result.hpp"
#include "dkr/core/conf/wanted_conf.hpp"
#include "dkr/core/decide/plan.hpp"
#include "dkr/core/decide/sentinel_master.hpp"
#include "dkr/core/decide/start_role.hpp"
#include "dkr/core/node/node_data.hpp"
#include "dkr/core/node/state_note.hpp"
#include "dkr/core/settings/command.hpp"
#include "dkr/core/settings/settings.hpp"

namespace dkr {

/// Asks the group.
struct GroupFinder {
  /// Whom a new sentinel shall monitor. Nothing: nobody yet.
  std::function<Result<std::optional<MonitorSeed>>()> master;
  /// Which role a data node has.
  std::function<Result<RoleDecision>(const Settings&, const NodeData&)> role;
};

/// Looks at the container, and decides; touches nothing. The group is asked last, once all else is
/// seen to be in order: by a sentinel that does not know yet whom to monitor, by a member, and at
/// the first start with REDIS_MASTER_HOST. `unreadable`: a server has just ended because of its
/// data.
Result<Plan> observe_and_plan(Settings settings, const ServerCommand& command, bool unreadable,
                              const GroupFinder& find);

/// Where the server that a command starts answers, by its configuration as it is now. Nothing: it
/// listens on no port.
Result<std::optional<Endpoint>> find_own_endpoint(Settings settings, const ServerCommand& command);

/// The absolute path of the server asked for, or of another kind when the image has only that.
Result<std::string> find_server(const std::string& asked);

}  // namespace dkr
