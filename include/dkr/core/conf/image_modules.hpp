#pragma once

#include <string>
#include <vector>

#include "dkr/core/conf/conf.hpp"
#include "dkr/core/settings/command.hpp"

namespace dkr {

/// Where the official images since Redis 8 keep modules, which their entrypoint has loaded.
inline constexpr const char* image_modules_folder = "/usr/local/lib/redis/modules";

/// Adds these modules to a data node's arguments, as that entrypoint does, but not those that
/// `said`, its configuration and its own arguments, loads already.
void add_modules(ServerCommand& command, const std::vector<std::string>& modules,
                 const std::vector<Directive>& said);

}  // namespace dkr
