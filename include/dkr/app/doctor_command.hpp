#pragma once

#include "dkr/app/cli.hpp"

namespace dkr {

/// `dkr-redis doctor`: examines the server in this container and its group, and prints what is
/// wrong, each with its cure; changes nothing. Returns 0, 1 if the worst is a warning, 2 if it is
/// an error, or the exit status for a wrong setting.
int doctor(const CommandLine& line);

}  // namespace dkr
