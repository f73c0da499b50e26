#pragma once

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/base/time.hpp"
#include "dkr/core/settings/settings.hpp"
#include "dkr/core/view/group_status.hpp"

namespace dkr {

/// Asks a sentinel that knows the group for all that a status says of it. Always returns a status:
/// a failure is part of its view. The replies may be hostile, so call it in a child process.
SentinelStatus ask_sentinel_status(const Endpoint& sentinel, const Settings& settings,
                                   TimePoint deadline);

/// Asks a data node, in the same way.
NodeStatus ask_node_status(const Endpoint& node, const Settings& settings, TimePoint deadline);

}  // namespace dkr
