#pragma once

#include <string>

#include "dkr/core/base/time.hpp"
#include "dkr/core/settings/settings.hpp"

namespace dkr {

/// Keeps in the volume of this container why somebody has paused the group here; an empty reason
/// removes what was kept. A volume that takes no file is a warning.
void keep_pause_reason(const Settings& settings, WallTime until, const std::string& why);

/// Returns why somebody has paused the group here; empty: nobody has said, or that pause is over.
std::string pause_reason(const Settings& settings);

}  // namespace dkr
