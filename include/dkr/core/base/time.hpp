#pragma once

#include <chrono>

namespace dkr {

/// Monotonic time for decisions and deadlines. In core it is always an argument.
using TimePoint = std::chrono::steady_clock::time_point;

/// Time by the clock on the wall, for what several machines have to agree on.
using WallTime = std::chrono::sys_seconds;

}  // namespace dkr
