#include "dkr/platform/signals.hpp"

#include <fcntl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

namespace dkr {
namespace {

std::uint64_t set_mask(std::uint64_t mask) noexcept {
  std::uint64_t before = 0;
  ::syscall(SYS_rt_sigprocmask, SIG_SETMASK, &mask, &before, sizeof mask);
  return before;
}

}  // namespace

InheritedSignals block_signals() noexcept {
  InheritedSignals inherited{set_mask(all_signals)};
  struct sigaction usual {};
  usual.sa_handler = SIG_DFL;
  struct sigaction before {};
  ::sigaction(SIGCHLD, &usual, &before);
  inherited.child_ignored = before.sa_handler == SIG_IGN;
  return inherited;
}

void restore_signals(const InheritedSignals& inherited) noexcept {
  if (inherited.child_ignored) {
    struct sigaction ignored {};
    ignored.sa_handler = SIG_IGN;
    ::sigaction(SIGCHLD, &ignored, nullptr);
  }
  set_mask(inherited.mask);
}

void heed_stop() noexcept {
  set_mask(all_signals & ~(signal_bit(SIGTERM) | signal_bit(SIGINT)));
}

std::optional<int> pending_stop() noexcept {
  sigset_t waiting;
  sigemptyset(&waiting);
  ::sigpending(&waiting);
  for (int number = 1; number <= SIGRTMAX; ++number) {
    if (is_stop(number) && sigismember(&waiting, number) == 1) {
      return number;
    }
  }
  return std::nullopt;
}

Result<UniqueFd> open_signal_queue() {
  UniqueFd queue(static_cast<int>(
      ::syscall(SYS_signalfd4, -1, &all_signals, sizeof all_signals, SFD_CLOEXEC | SFD_NONBLOCK)));
  if (!queue) {
    return Error{ExitStatus::os, std::string("signalfd: ") + std::strerror(errno)};
  }
  return queue;
}

std::optional<SignalReceived> next_signal(const UniqueFd& queue) noexcept {
  signalfd_siginfo info{};
  if (::read(queue.get(), &info, sizeof info) != static_cast<ssize_t>(sizeof info)) {
    return std::nullopt;
  }
  SignalReceived signal;
  signal.number = static_cast<int>(info.ssi_signo);
  signal.by_kernel = info.ssi_code == SI_KERNEL;
  signal.by_us = info.ssi_code == SI_USER && info.ssi_pid == static_cast<std::uint32_t>(::getpid());
  return signal;
}

}  // namespace dkr
