#include "dkr/platform/child_job.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <exception>
#include <utility>

#include "dkr/platform/identity.hpp"
#include "dkr/platform/signals.hpp"

namespace dkr {
namespace {

bool keeps_root = false;

/// All that the child does. It may parse hostile input, so it drops root first.
[[noreturn]] void work(const Companion& companion, const UniqueFd& to, int parent) noexcept {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) {
    ::_exit(1);
  }
  restore_signals({all_signals, false});
  try {
    if (!keeps_root && is_root() && can_become_user()) {
      if (const auto user = find_service_user(); user && !become(*user)) {
        ::_exit(1);
      }
    }
    ::_exit(companion(to));
  } catch (const std::exception&) {
    ::_exit(1);
  }
}

}  // namespace

void keep_root_in_children() noexcept {
  keeps_root = true;
}

Task& Task::operator=(Task&& other) noexcept {
  std::swap(answer, other.answer);
  std::swap(pid_, other.pid_);
  return *this;
}

Task::~Task() {
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
}

Result<Task> start_task(const Job& job) {
  return start_companion([&job](const UniqueFd& to) { return write_all(to, job()) ? 0 : 1; });
}

Result<Task> start_companion(const Companion& companion) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    return Error{ExitStatus::os, std::string("cannot make a pipe: ") + std::strerror(errno)};
  }
  UniqueFd answer(ends[0]);
  UniqueFd other(ends[1]);
  ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid == 0) {
    answer.reset();
    work(companion, other, parent);
  }
  if (pid < 0) {
    return Error{ExitStatus::os, std::string("cannot start a process: ") + std::strerror(errno)};
  }
  return Task(pid, std::move(answer));
}

bool read_more(const UniqueFd& from, std::string& text) {
  std::array<char, 4096> block{};
  const ssize_t got = ::read(from.get(), block.data(), block.size());
  text.append(block.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  return got > 0 || (got < 0 && errno == EAGAIN);
}

std::optional<std::string> read_answer(const Task& task, TimePoint deadline) {
  std::string answer;
  while (await(task.answer, POLLIN, deadline)) {
    if (!read_more(task.answer, answer)) {
      return answer;
    }
  }
  return std::nullopt;
}

}  // namespace dkr
