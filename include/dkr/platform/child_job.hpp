#pragma once

#include <functional>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "dkr/core/base/codec.hpp"
#include "dkr/core/base/result.hpp"
#include "dkr/core/base/time.hpp"
#include "dkr/platform/unique_fd.hpp"

namespace dkr {

/// Work for a process of its own; what it answers reaches the one who started it.
using Job = std::function<std::string()>;

/// Work for a process of its own that tells something now and then, and answers its exit status.
using Companion = std::function<int(const UniqueFd& to)>;

/// A process of ours at work, and the end of the pipe that it writes to. It ends with SIGKILL, and
/// is reaped, when this does.
class Task {
 public:
  Task(int pid, UniqueFd from) noexcept : answer(std::move(from)), pid_(pid) {}
  Task(Task&& other) noexcept : answer(std::move(other.answer)), pid_(other.release()) {}
  Task& operator=(Task&& other) noexcept;
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;
  ~Task();

  /// Leaves the process to somebody who reaps it; answers its id.
  int release() noexcept { return std::exchange(pid_, 0); }

  UniqueFd answer;  ///< does not block

 private:
  int pid_ = 0;
};

/// Starts a job in a child process. The child dies with us; SIGTERM and SIGINT end it, other
/// signals wait. Its exit status is 0 once it has answered. Error: no process could be made.
Result<Task> start_task(const Job& job);

/// Starts a companion in a child process of the same kind.
Result<Task> start_companion(const Companion& companion);

/// Adds to a text what can be read at once. False: that was all, the other end is closed.
bool read_more(const UniqueFd& from, std::string& text);

/// What the job of a task has answered, up to its end or the deadline. Nothing: it was not at its
/// end by then.
std::optional<std::string> read_answer(const Task& task, TimePoint deadline);

/// A job in a process of its own that answers a T. Begins at once; several of them run together.
template <class T>
class ChildJob {
 public:
  explicit ChildJob(const std::function<T()>& job)
      : task_(start_task([&job] { return encode(job()); })) {}

  /// Waits for it. Nothing: it has failed, or was not done by the deadline.
  [[nodiscard]] std::optional<T> answer(TimePoint deadline) const {
    const auto text = task_ ? read_answer(*task_, deadline) : std::nullopt;
    return text ? decode<T>(*text) : std::nullopt;
  }

 private:
  Result<Task> task_;
};

/// Does one job in a process of its own and waits for it, with the answer of ChildJob::answer().
template <class Work, class T = std::invoke_result_t<Work>>
std::optional<T> in_child(const Work& work, TimePoint deadline) {
  return ChildJob<T>(work).answer(deadline);
}

}  // namespace dkr
