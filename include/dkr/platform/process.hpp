#pragma once

#include <optional>
#include <string>
#include <vector>

#include "dkr/core/base/result.hpp"
#include "dkr/core/init/supervisor.hpp"
#include "dkr/platform/signals.hpp"
#include "dkr/platform/unique_fd.hpp"

namespace dkr {

/// A program to start.
struct Program {
  std::string path;               ///< absolute
  std::vector<std::string> argv;  ///< with its own name first
  std::vector<std::string> env;   ///< NAME=value
  std::string cwd;
};

/// The file that a name means on PATH, an executable one if there is; a name with a slash is
/// itself. Nothing when there is none.
std::optional<std::string> find_program(const std::string& name);

/// Starts the program as a child with a clean signal state, in its own process group, in the
/// foreground of the terminal if there is one, and bound to die with us. It exits with status 126
/// or 127 when the program cannot be executed. Error: no process could be made.
Result<int> spawn(const Program& program);

/// Replaces us by the program, with the signal state we were started with. Returns only on failure.
Error replace_by(const std::string& path, const std::vector<std::string>& argv,
                 const InheritedSignals& inherited);

/// Takes the next ended child of ours, if any waits to be reaped.
std::optional<ProcessEnded> reap() noexcept;

/// Sends a signal to one process; one that is gone is no error.
void signal_process(int pid, int number) noexcept;

/// SIGKILL for a process and its process group.
void kill_group(int pid) noexcept;

/// SIGKILL for what is left of the process group of one that has ended.
void kill_remains(int pid) noexcept;

/// Becomes the parent of orphans also when we are not PID 1.
void adopt_orphans() noexcept;

/// Fills the closed ones of descriptors 0, 1 and 2, so that no file of ours can take their place.
/// The child finds them closed again.
void hold_standard_fds() noexcept;

/// Lets go of the working directory and of every inherited descriptor above 2 but these two.
void close_inherited_fds(const UniqueFd& kept, const UniqueFd& kept_too) noexcept;

/// How many bytes a process has read and written so far, by read(2), write(2) and their like; -1:
/// that cannot be seen. Source: proc(5), /proc/pid/io.
long long bytes_moved(int pid);

/// Gives clean pages of our own program back; they are read again when needed. Only for a static
/// program, after start-up.
void drop_clean_pages() noexcept;

}  // namespace dkr
