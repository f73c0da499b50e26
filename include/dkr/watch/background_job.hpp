#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "dkr/core/base/time.hpp"
#include "dkr/platform/child_job.hpp"
#include "dkr/watch/loop.hpp"

namespace dkr {

/// Something slow or hostile that a process of its own does for an event loop, one at a time.
class BackgroundJob {
 public:
  /// What the job has answered; empty when it has failed or took too long.
  using Done = std::function<void(const std::string& answer)>;

  explicit BackgroundJob(event_base& loop);
  BackgroundJob(const BackgroundJob&) = delete;
  BackgroundJob(BackgroundJob&&) = delete;
  BackgroundJob& operator=(const BackgroundJob&) = delete;
  BackgroundJob& operator=(BackgroundJob&&) = delete;
  ~BackgroundJob();

  [[nodiscard]] bool busy() const { return task_.has_value(); }
  /// Starts the job unless one is at work. False: it was not started.
  bool start(const Job& job, Done done, TimePoint now);
  /// Ends a job that has been at work for longer.
  void end_after(std::chrono::milliseconds limit, TimePoint now);

 private:
  static void readable(int fd, short what, void* job);
  void finish();

  event_base& loop_;
  std::optional<Task> task_;
  EventPtr reading_;
  std::string answer_;
  Done done_;
  TimePoint started_{};
};

}  // namespace dkr
