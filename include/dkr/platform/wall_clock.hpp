#pragma once

#include "dkr/core/base/time.hpp"

namespace dkr {

/// Returns the time by this machine's clock.
WallTime wall_clock();

/// True if a pause that is to end then has not ended.
bool is_paused(WallTime until);

}  // namespace dkr
