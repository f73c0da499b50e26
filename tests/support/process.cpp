#include "support/process.hpp"

#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <exception>
#include <stdexcept>

#include "support/exec.hpp"

namespace dkr::test {
namespace {

/// The first process of a namespace: leaves its orphans to the kernel and waits to be killed.
int keep_namespace() {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  syscall(SYS_close_range, 0, ~0U, 0);  // or no pipe of the test would ever end
  std::signal(SIGCHLD, SIG_IGN);
  for (;;) {
    pause();
  }
}

/// Forks into the PID namespace of another process.
void in_namespace_of(const Child& keeper, const std::function<void()>& fork) {
  const Fd own = open_file("/proc/self/ns/pid", O_RDONLY);
  must(setns(keeper.pidfd(), CLONE_NEWPID), "setns");
  fork();
  must(setns(own.get(), CLONE_NEWPID), "setns back");
}

}  // namespace

std::ostream& operator<<(std::ostream& out, Place place) {
  return out << (place == Place::pid1 ? "Pid1" : "Below");
}

std::ostream& operator<<(std::ostream& out, const Ended& ended) {
  return out << (ended.how == Ended::How::exited ? "exited with " : "killed by ") << ended.value;
}

Child::Child(unsigned long long flags, const std::function<int()>& body) {
  int pidfd = -1;
  clone_args arguments{};
  arguments.flags = flags | CLONE_PIDFD;
  arguments.pidfd = reinterpret_cast<std::uintptr_t>(&pidfd);
  arguments.exit_signal = SIGCHLD;
  const long pid = must(syscall(SYS_clone3, &arguments, sizeof arguments), "clone3");
  if (pid == 0) {
    _exit(body());
  }
  pid_ = static_cast<pid_t>(pid);
  pidfd_ = Fd(pidfd);
}

Child::~Child() {
  if (!ended_) {
    syscall(SYS_pidfd_send_signal, pidfd_.get(), SIGKILL, nullptr, 0);
    wait();
  }
}

void Child::signal(int number) const {
  must(syscall(SYS_pidfd_send_signal, pidfd_.get(), number, nullptr, 0), "pidfd_send_signal");
}

std::optional<Ended> Child::wait(Deadline deadline) {
  if (!ended_ && readable(pidfd_.get(), deadline)) {
    siginfo_t info{};
    must(waitid(static_cast<idtype_t>(P_PIDFD), static_cast<id_t>(pidfd_.get()), &info, WEXITED),
         "waitid");
    ended_ = info.si_code == CLD_EXITED ? exited(info.si_status) : killed(info.si_status);
  }
  return ended_;
}

Process::Process(const Launch& launch) {
  Pipe trouble = make_pipe();
  const auto become = [&] {
    return exec_launch(launch, out_.get(), err_.get(), trouble.write.get());
  };
  if (launch.place == Place::pid1) {
    child_.emplace(CLONE_NEWPID | CLONE_NEWNS, become);
  } else {
    keeper_.emplace(CLONE_NEWPID, keep_namespace);
    in_namespace_of(*keeper_, [&] { child_.emplace(CLONE_NEWNS, become); });
  }
  trouble.write.close();
  std::array<char, 256> text{};
  const auto got = must(read(trouble.read.get(), text.data(), text.size()), "read");
  if (got > 0) {  // end of file: the exec closed the pipe
    throw std::runtime_error("cannot start: " + std::string(text.data(), static_cast<size_t>(got)));
  }
}

Fd open_pidfd(pid_t pid) {
  return Fd(static_cast<int>(must(syscall(SYS_pidfd_open, pid, 0), "pidfd_open")));
}

int run_isolated(const std::function<int()>& body) {
  Child inner(CLONE_NEWPID | CLONE_NEWNS, [&] {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    must(mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr), "mount private");
    must(mount("proc", "/proc", "proc", 0, nullptr), "mount /proc");
    return body();
  });
  while (!inner.wait(within(std::chrono::hours(1)))) {
  }
  const Ended end = inner.wait().value_or(killed(SIGKILL));
  return end.how == Ended::How::exited ? end.value : 128 + end.value;
}

}  // namespace dkr::test
