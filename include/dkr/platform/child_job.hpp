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

/// Work for a child process; its result is sent to the parent.
using Job = std::function<std::string()>;

/// Work for a child process that writes to the pipe `to` now and then, and returns its exit status.
using Companion = std::function<int(const UniqueFd& to)>;

/// A child process of ours, and our end of the pipe that it writes to. The destructor kills the
/// process with SIGKILL and reaps it.
class Task {
 public:
  Task(int pid, UniqueFd from) noexcept : answer(std::move(from)), pid_(pid) {}
  Task(Task&& other) noexcept : answer(std::move(other.answer)), pid_(other.release()) {}
  Task& operator=(Task&& other) noexcept;
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;
  ~Task();

  /// Leaves the process to a caller who reaps it; returns its process id.
  int release() noexcept { return std::exchange(pid_, 0); }

  UniqueFd answer;  ///< non-blocking

 private:
  int pid_ = 0;
};

/// From here on the children of this process stay root as it does, as SKIP_DROP_PRIVS asks. Without
/// it, each child of a root process becomes the service user before it does anything.
void keep_root_in_children() noexcept;

/// Starts a job in a child process that dies with us. All signals stay blocked, because one that is
/// sent to every process of the container must not end a handover or a watcher; a job that should
/// end by SIGTERM calls heed_stop(). It exits with 0 once it has written its result. Error: no
/// process could be made.
Result<Task> start_task(const Job& job);

/// Starts a companion in the same kind of child process.
Result<Task> start_companion(const Companion& companion);

/// Appends what can be read at once. False if there is no more: the other end is closed.
bool read_more(const UniqueFd& from, std::string& text);

/// Returns all that the job of a task has written. nullopt if it has not ended by the deadline.
std::optional<std::string> read_answer(const Task& task, TimePoint deadline);

/// A job in a child process that returns a T. Starts at once; several can run in parallel.
template <class T>
class ChildJob {
 public:
  explicit ChildJob(const std::function<T()>& job)
      : task_(start_task([&job] { return encode(job()); })) {}

  /// Waits for the result. nullopt if the job has failed or has not ended by the deadline.
  [[nodiscard]] std::optional<T> answer(TimePoint deadline) const {
    const auto text = task_ ? read_answer(*task_, deadline) : std::nullopt;
    return text ? decode<T>(*text) : std::nullopt;
  }

 private:
  Result<Task> task_;
};

/// Runs one job in a child process and waits for it; returns what ChildJob::answer() does.
template <class Work, class T = std::invoke_result_t<Work>>
std::optional<T> in_child(const Work& work, TimePoint deadline) {
  return ChildJob<T>(work).answer(deadline);
}

}  // namespace dkr
