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

/// Returns what tells the control group of a process from others; empty if unknown. Processes of
/// one container are in one. Source: cgroups(7).
std::string control_group_of(int pid);

}  // namespace dkr
