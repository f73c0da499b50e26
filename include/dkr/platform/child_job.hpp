#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "dkr/core/base/result.hpp"
#include "dkr/core/base/time.hpp"
#include "dkr/platform/unique_fd.hpp"

namespace dkr {

/// Work for a process of its own; what it answers reaches the one who started it.
using Job = std::function<std::string()>;

/// Work for a process of its own that tells something now and then, and answers its exit code.
using Companion = std::function<int(const UniqueFd& to)>;

/// A job at work in a child process.
struct Task {
  int pid = 0;
  UniqueFd answer;  ///< read_answer() reads it
};

/// Starts a job in a child process. The child dies with us; SIGTERM and SIGINT end it, other
/// signals wait. Its exit code is 0 once it has answered. Error: no process could be made.
Result<Task> start_task(const Job& job);

/// The same for a companion; what it writes can be read from Task::answer, which does not block.
Result<Task> start_companion(const Companion& companion);

/// What the job of a task has answered, up to its end or the deadline. Nothing: it was not at its
/// end by then. The process is left to be reaped.
std::optional<std::string> read_answer(const Task& task, TimePoint deadline);

/// Does all jobs at once, each in a process of its own, and answers what they answered, in their
/// order; empty for one that was not done by the deadline. The processes are gone then.
std::vector<std::string> in_parallel(const std::vector<Job>& jobs, TimePoint deadline);

}  // namespace dkr
