#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
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
  bool deaf = false;  ///< only we tell it to stop: SIGTERM is blocked, the terminal stays with us
};

/// Returns the file of a program on PATH, preferably an executable one; a name with a slash is
/// returned as it is. nullopt if there is none.
std::optional<std::string> find_program(const std::string& name);

/// Starts the program as a child with a clean signal state, in its own process group, in the
/// foreground of the terminal if there is one (but see Program::deaf); it dies with us. It exits
/// with status 126 or 127 if the program cannot be executed. Returns the process id. Error: no
/// process could be made.
Result<int> spawn(const Program& program);

/// Replaces us by the program, with the signal state we were started with. Returns only on failure.
Error replace_by(const std::string& path, const std::vector<std::string>& argv,
                 const InheritedSignals& inherited);

/// Reaps one ended child; nullopt if there is none.
std::optional<ProcessEnded> reap() noexcept;

/// Sends a signal to one process; a process that is gone is no error.
void signal_process(int pid, int number) noexcept;

/// Sends SIGKILL to a process and its process group.
void kill_group(int pid) noexcept;

/// Sends SIGKILL to what is left of the process group of an ended process.
void kill_remains(int pid) noexcept;

/// Makes us the parent of orphans even if we are not PID 1.
void adopt_orphans() noexcept;

/// Opens those of descriptors 0, 1 and 2 that are closed, so that no file of ours takes their
/// place. The child gets them closed again.
void hold_standard_fds() noexcept;

/// Leaves the working directory, and closes all inherited descriptors above 2 but these; -1 is
/// none.
void close_inherited_fds(std::array<int, 3> kept) noexcept;

/// True if the container forbids clone3(), as engines do that are older than their image: no
/// program there can start a thread.
bool forbids_threads() noexcept;

/// Returns how many bytes a process has read and written so far by read(2), write(2) and the like;
/// -1 if unknown. Source: proc(5), /proc/pid/io.
long long bytes_moved(int pid);

/// True if a process has files open, and none with a name that begins so. Source: proc(5),
/// /proc/pid/fd.
bool has_closed(int pid, std::string_view name) noexcept;

/// Returns the id of this boot of the machine; empty if unknown. Source: proc(5).
std::string boot_id();

/// Gives clean pages of our own program back to the kernel; they are read again when needed. Only
/// for a static program, after start-up.
void drop_clean_pages() noexcept;

}  // namespace dkr
