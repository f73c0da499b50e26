#pragma once

#include <chrono>

#include "dkr/core/init/crash.hpp"
#include "dkr/core/view/group_view.hpp"

namespace dkr {

/// What a crash of this server, as it describes itself, would cost. One that a failover takes time
/// to replace is back sooner by itself when it has an AOF that is read within `limit`.
CrashCost crash_cost_of(const NodeView& own, std::chrono::milliseconds limit);

}  // namespace dkr
