#pragma once

#include <chrono>

#include "dkr/core/init/crash.hpp"
#include "dkr/core/view/group_view.hpp"

namespace dkr {

/// Returns what a crash of this server would cost, by its own INFO. A master that can read its AOF
/// within `limit` is back sooner than a failover could replace it.
CrashCost crash_cost_of(const NodeView& own, std::chrono::milliseconds limit);

}  // namespace dkr
