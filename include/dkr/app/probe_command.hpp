#pragma once

#include "dkr/app/cli.hpp"

namespace dkr {

/// `dkr-redis probe`: asks the health endpoint of this container if it has one, else its server,
/// and prints the reason in one line. If PID 1 is dkr-redis, its flags and the arguments of its
/// server count, too. Returns 0 or 1, or the exit status for a wrong command line or setting.
int probe(const CommandLine& line);

}  // namespace dkr
