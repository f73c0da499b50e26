#include "support/signals.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include "support/fd.hpp"

namespace dkr::test {
namespace {

/// As the kernel wants it.
struct KernelAction {
  void (*handler)(int);
  unsigned long flags;
  void (*restorer)();
  std::uint64_t mask;
};

}  // namespace

void set_mask(std::uint64_t blocked) {
  must(syscall(SYS_rt_sigprocmask, SIG_SETMASK, &blocked, nullptr, sizeof blocked),
       "rt_sigprocmask");
}

void set_disposition(int signal, void (*handler)(int)) {
  const KernelAction action{handler, 0, nullptr, 0};
  syscall(SYS_rt_sigaction, signal, &action, nullptr, sizeof action.mask);
}

void set_dispositions(void (*handler)(int)) {
  for (int signal = 1; signal <= 64; ++signal) {
    set_disposition(signal, handler);
  }
}

int take_signal(std::uint64_t set, siginfo_t& info) {
  for (;;) {
    const long signal = syscall(SYS_rt_sigtimedwait, &set, &info, nullptr, sizeof set);
    if (signal > 0) {
      return static_cast<int>(signal);
    }
  }
}

void send(pid_t pid, int signal) {
  must(syscall(SYS_kill, pid, signal), "kill");
}

}  // namespace dkr::test
