#pragma once

#include <string>
#include <vector>

namespace dkr {

/// A process that /proc shows.
struct RunningProcess {
  int pid = 0;
  int parent = 0;
};

/// Returns all processes that we may see; none where there is no /proc.
std::vector<RunningProcess> running_processes();

/// Returns the command line of a process; empty if it has none, or is gone.
std::vector<std::string> words_of_process(int pid);

}  // namespace dkr
