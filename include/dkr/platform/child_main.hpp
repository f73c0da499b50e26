#pragma once

#include <cstdint>

namespace dkr {

/// All that the child needs, prepared before the fork: after it nothing may be allocated.
struct ChildSpec {
  const char* path = nullptr;
  char* const* argv = nullptr;
  char* const* envp = nullptr;
  const char* cwd = nullptr;
  int parent = 0;              ///< process id of the parent
  bool take_terminal = false;  ///< the parent has the terminal and passes it to the child
  std::uint64_t blocked = 0;   ///< signals that the program starts with as blocked
};

/// Does everything between fork and exec. Makes only async-signal-safe calls.
[[noreturn]] void child_main(const ChildSpec& spec) noexcept;

/// Writes to standard error why a program could not be executed; returns 126 or 127.
int exec_failure(const char* path, int error) noexcept;

}  // namespace dkr
