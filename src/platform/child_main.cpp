#include "dkr/platform/child_main.hpp"

#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "dkr/core/base/result.hpp"
#include "dkr/platform/signals.hpp"

namespace dkr {
namespace {

constexpr int last_signal = 64;

/// The sigaction of the kernel: the C library's sigaction() refuses its own signals 32 and 33.
struct KernelAction {
  void (*handler)(int) = SIG_DFL;
  unsigned long flags = 0;
  void (*restorer)() = nullptr;
  unsigned long mask = 0;
};

void reset_dispositions() noexcept {
  const KernelAction usual;
  for (int number = 1; number <= last_signal; ++number) {
    ::syscall(SYS_rt_sigaction, number, &usual, nullptr, sizeof usual.mask);
  }
}

iovec part(const char* text) noexcept {
  return {const_cast<char*>(text), std::strlen(text)};  // NOLINT: writev only reads
}

}  // namespace

int exec_failure(const char* path, int error) noexcept {
  const std::array line{part("dkr-redis: cannot execute "), part(path), part(": "),
                        part(::strerrordesc_np(error)), part("\n")};
  [[maybe_unused]] const auto written = ::writev(STDERR_FILENO, line.data(), line.size());
  return static_cast<int>(error == ENOENT ? ExitStatus::not_found : ExitStatus::not_executable);
}

void child_main(const ChildSpec& spec) noexcept {
  ::setpgid(0, 0);
  if (spec.take_terminal) {
    ::tcsetpgrp(STDIN_FILENO, ::getpid());  // SIGTTOU is still blocked
  }
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != spec.parent) {
    ::kill(::getpid(), SIGKILL);
  }
  reset_dispositions();
  restore_signals({spec.blocked, false});
  if (::chdir(spec.cwd) != 0) {
    ::_exit(exec_failure(spec.cwd, errno));
  }
  ::execve(spec.path, spec.argv, spec.envp);
  ::_exit(exec_failure(spec.path, errno));
}

}  // namespace dkr
