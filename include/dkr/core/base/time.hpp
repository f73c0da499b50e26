#pragma once

#include <chrono>

namespace dkr {

/// Time as decisions and deadlines see it: monotonic, and in the core always an argument.
using TimePoint = std::chrono::steady_clock::time_point;

}  // namespace dkr
