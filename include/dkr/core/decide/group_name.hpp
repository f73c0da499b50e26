#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "dkr/core/settings/settings.hpp"
#include "dkr/core/view/group_view.hpp"

namespace dkr {

/// Returns the only group that the sentinels know, in place of the default name that none of them
/// knows. nullopt if REDIS_GROUP was given, if the data is a group's, if they know several, or
/// while one that does not answer may know better: `waited` is the time since the first look.
std::optional<std::string> only_group(const Settings& settings, const std::string& data_group,
                                      const GroupView& view, std::chrono::milliseconds waited);

}  // namespace dkr
