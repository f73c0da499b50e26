#pragma once

#include "dkr/app/cli.hpp"

namespace dkr {

/// Pauses the group: tells every sentinel, reads back what it has, and prints that. Returns the
/// exit status.
int pause(const CommandLine& line);

/// Ends a pause, in the same way.
int resume(const CommandLine& line);

}  // namespace dkr
