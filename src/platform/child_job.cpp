#include "dkr/platform/child_job.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <exception>

#include "dkr/platform/identity.hpp"
#include "dkr/platform/signals.hpp"

namespace dkr {
namespace {

constexpr std::uint64_t bit(int number) {
  return std::uint64_t{1} << static_cast<unsigned>(number - 1);
}

/// Everything in the child. What it parses may be hostile, so it is not done as root.
[[noreturn]] void work(const Companion& companion, const UniqueFd& to, int parent) noexcept {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) {
    ::_exit(1);
  }
  restore_signals({~(bit(SIGTERM) | bit(SIGINT)), false});
  try {
    if (is_root() && can_become_user()) {
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

Result<Task> start_task(const Job& job) {
  return start_companion([&job](const UniqueFd& to) { return write_all(to, job()) ? 0 : 1; });
}

Result<Task> start_companion(const Companion& companion) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    return Error{ExitCode::os, std::string("cannot make a pipe: ") + std::strerror(errno)};
  }
  Task task{0, UniqueFd(ends[0])};
  UniqueFd other(ends[1]);
  ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
  const pid_t parent = ::getpid();
  task.pid = ::fork();
  if (task.pid == 0) {
    task.answer.reset();
    work(companion, other, parent);
  }
  if (task.pid < 0) {
    return Error{ExitCode::os, std::string("cannot start a process: ") + std::strerror(errno)};
  }
  return task;
}

std::optional<std::string> read_answer(const Task& task, TimePoint deadline) {
  std::string answer;
  std::array<char, 4096> block{};
  while (true) {
    if (!await(task.answer, POLLIN, deadline)) {
      return std::nullopt;
    }
    const ssize_t got = ::read(task.answer.get(), block.data(), block.size());
    if (got <= 0) {
      return answer;
    }
    answer.append(block.data(), static_cast<std::size_t>(got));
  }
}

std::vector<std::string> in_parallel(const std::vector<Job>& jobs, TimePoint deadline) {
  std::vector<std::optional<Task>> tasks;
  tasks.reserve(jobs.size());
  for (const Job& job : jobs) {
    auto task = start_task(job);
    tasks.push_back(task ? std::optional(std::move(*task)) : std::nullopt);
  }
  std::vector<std::string> answers;
  answers.reserve(jobs.size());
  for (const auto& task : tasks) {
    answers.push_back(task ? read_answer(*task, deadline).value_or("") : "");
  }
  for (const auto& task : tasks) {
    if (task) {
      ::kill(task->pid, SIGKILL);
      ::waitpid(task->pid, nullptr, 0);
    }
  }
  return answers;
}

}  // namespace dkr
