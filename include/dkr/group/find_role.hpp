#pragma once

#include <string>
#include <vector>

#include "dkr/core/decide/start_role.hpp"
#include "dkr/core/node/node_data.hpp"
#include "dkr/core/settings/settings.hpp"

namespace dkr {

/// Has the sentinel that every node would choose promote another; two of them might promote two.
void ask_for_failover(const Settings& settings, const GroupView& view);

/// Looks at the group once and decides; to wait or to promote another is an answer, too.
RoleDecision find_role(const Settings& settings, const NodeData& local);

/// Looks and decides until the server may start, asks a sentinel for a failover where that is
/// decided, and tells what it waits for. `after_end` is that of the crash before. For a process of
/// its own.
RoleDecision wait_for_role(const Settings& settings, const NodeData& local, AfterEnd after_end);

}  // namespace dkr
