#pragma once

#include "dkr/app/cli.hpp"

namespace dkr {

/// `dkr-redis probe`: asks the health endpoint of this container, if it has one, else its server,
/// and prints the reason in one line. Where PID 1 is dkr-redis, its flags and the arguments of its
/// server count here too. Answers 0 or 1, or the status of a command line or setting that is wrong.
int probe(const CommandLine& line);

}  // namespace dkr
