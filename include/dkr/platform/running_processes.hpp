#pragma once

#include <string>
#include <string_view>
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

/// True if a process has a file open that is in no folder any more, and had a name that ends so.
/// False if we may not look. Source: proc(5), /proc/pid/fd.
bool has_deleted_file(int pid, std::string_view ending);

/// Returns what tells the control group of a process from others; empty if unknown. Processes of
/// one container are in one. Source: cgroups(7).
std::string control_group_of(int pid);

}  // namespace dkr
