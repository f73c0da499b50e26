#pragma once

#include <chrono>

namespace dkr {

/// Monotonic time for decisions and deadlines. In core it is always an argument.
using TimePoint = std::chrono::steady_clock::time_point;

}  // namespace dkr
