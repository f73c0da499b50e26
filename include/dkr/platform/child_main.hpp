#pragma once

namespace dkr {

/// All that the child needs, laid out before the fork: behind it nothing may be allocated.
struct ChildSpec {
  const char* path = nullptr;
  char* const* argv = nullptr;
  char* const* envp = nullptr;
  const char* cwd = nullptr;
  int parent = 0;              ///< process id of the one who forks
  bool take_terminal = false;  ///< the terminal is the parent's, and shall be the child's
};

/// Everything between fork and exec. Only async-signal-safe calls.
[[noreturn]] void child_main(const ChildSpec& spec) noexcept;

/// Says on standard error why a program could not be executed; answers 126 or 127.
int exec_failure(const char* path, int error) noexcept;

}  // namespace dkr
