#pragma once

#include <string>
#include <vector>

#include "dkr/core/decide/start_role.hpp"
#include "dkr/core/node/node_data.hpp"
#include "dkr/core/settings/settings.hpp"

namespace dkr {

/// Asks one sentinel for a failover, the one that all nodes choose: two might promote two nodes.
void ask_for_failover(const Settings& settings, const GroupView& view);

/// Looks at the group once and decides, which may also be to wait or to have another node promoted.
/// RoleDecision::group is set if the group's name was taken from the sentinels.
RoleDecision find_role(const Settings& told, const NodeData& local);

/// Looks and decides until the server may start. Asks a sentinel for a failover if that is the
/// decision, and logs what it waits for. `after_end` is that of the crash before. Call it in a
/// child process.
RoleDecision wait_for_role(const Settings& told, const NodeData& local, AfterEnd after_end);

}  // namespace dkr
