#pragma once

#include <string>
#include <vector>

#include "dkr/core/base/result.hpp"

namespace dkr {

/// The dkr-redis that runs the server of this container.
struct FoundSupervisor {
  int pid = 0;
  std::vector<std::string> words;  ///< its command line, without its own name
};

/// Finds it, whatever is its parent, its name and PID 1: it has locked the volume or, where that
/// does not tell, is the only one in this control group. Error: there is none, or there are
/// several.
Result<FoundSupervisor> find_supervisor(const std::string& volume);

/// True if the parent of a server's process is a dkr-redis that runs one.
bool is_supervised(int server);

}  // namespace dkr
