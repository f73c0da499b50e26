#pragma once

#include "dkr/app/cli.hpp"

namespace dkr {

/// `dkr-redis sentinel`: compares all sentinels with what is wanted of their groups, or makes them
/// so. Returns 0 if all are in step, 1 if one is not, 69 if one cannot be reached, or the exit
/// status for a wrong command line or setting.
int sentinel_command(const CommandLine& line);

}  // namespace dkr
