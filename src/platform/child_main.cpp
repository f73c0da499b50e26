#include "dkr/platform/child_main.hpp"

#include <sys/prctl.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "dkr/core/result.hpp"
#include "dkr/platform/signals.hpp"

namespace dkr {
namespace {

constexpr int last_signal = 64;

void reset_dispositions() noexcept {
  for (int number = 1; number <= last_signal; ++number) {
    struct sigaction usual {};
    usual.sa_handler = SIG_DFL;
    ::sigaction(number, &usual, nullptr);
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
  return static_cast<int>(error == ENOENT ? ExitCode::not_found : ExitCode::not_executable);
}

void child_main(const ChildSpec& spec) noexcept {
  // The terminal is the server's where it is ours. Every failure is fine: there may be no terminal,
  // or no descriptor. SIGTTOU is still blocked here.
  const bool in_foreground = ::tcgetpgrp(STDIN_FILENO) == ::getpgrp();
  ::setpgid(0, 0);
  if (in_foreground) {
    ::tcsetpgrp(STDIN_FILENO, ::getpid());
  }
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != spec.parent) {
    ::kill(::getpid(), SIGKILL);
  }
  reset_dispositions();
  restore_signals({});
  if (::chdir(spec.cwd) != 0) {
    ::_exit(exec_failure(spec.cwd, errno));
  }
  ::execve(spec.path, spec.argv, spec.envp);
  ::_exit(exec_failure(spec.path, errno));
}

}  // namespace dkr
