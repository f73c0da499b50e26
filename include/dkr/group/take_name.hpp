#pragma once

#include <string>

#include "dkr/core/settings/settings.hpp"
#include "dkr/group/look.hpp"
#include "dkr/group/retry.hpp"

namespace dkr {

/// Looks at the group. If the sentinels know only one, of another name, and nobody has named one,
/// its name goes into `settings`, and the look is repeated under that. `data_group`: whose the data
/// is.
Look look_by_its_name(Settings& settings, const std::string& data_group, const Retry& retry);

/// Returns the name that a look has taken, if it differs from what was told; empty otherwise.
std::string taken_name(const Settings& told, const Settings& now);

}  // namespace dkr
