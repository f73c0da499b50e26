#pragma once

#include "dkr/app/cli.hpp"

namespace dkr {

/// `dkr-redis status`: prints a screen, or JSON, of the group or, in the container of a sentinel
/// that was given none, of each of its groups. With --watch it draws the screen again and again,
/// each from a look in a child process with a deadline, until a signal or the end of its terminal.
/// Returns 0 if a server answers, ExitStatus::unavailable if none does.
int status(const CommandLine& line);

}  // namespace dkr
