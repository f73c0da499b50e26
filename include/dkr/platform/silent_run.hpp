#pragma once

#include <string>
#include <string_view>

namespace dkr {

/// Runs a program by the given name on a file in memory that holds these bytes; it reads and prints
/// nothing else, and dies with us. Waits without a limit, so only for child jobs. Returns its exit
/// status; -1 if it could not be run, or was killed.
int status_of_run_on(const std::string& path, const std::string& name, std::string_view bytes);

}  // namespace dkr
