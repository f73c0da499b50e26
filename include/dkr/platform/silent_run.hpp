#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "dkr/platform/process.hpp"

namespace dkr {

/// Runs a program by the given name on a file in memory that holds these bytes; it reads and prints
/// nothing else, and dies with us. Waits without a limit, so only for child jobs. Returns its exit
/// status; -1 if it could not be run, or was killed.
int status_of_run_on(const std::string& path, const std::string& name, std::string_view bytes);

/// Runs a program to its end and returns what it prints, at most this many bytes of it. It reads
/// nothing, and dies with us. Waits without a limit, so only for child jobs.
std::string output_of_run(const Program& program, std::size_t most);

}  // namespace dkr
