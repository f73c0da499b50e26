#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <type_traits>

#include "dkr/core/base/codec.hpp"
#include "dkr/core/base/time.hpp"
#include "dkr/platform/child_job.hpp"
#include "dkr/watch/loop.hpp"

namespace dkr {

/// Runs slow or hostile work for an event loop in a child process, one job at a time.
class BackgroundJob {
 public:
  explicit BackgroundJob(event_base& loop) : loop_(loop) {}
  BackgroundJob(const BackgroundJob&) = delete;
  BackgroundJob(BackgroundJob&&) = delete;
  BackgroundJob& operator=(const BackgroundJob&) = delete;
  BackgroundJob& operator=(BackgroundJob&&) = delete;
  /// Kills the job without calling `done`.
  ~BackgroundJob() = default;

  [[nodiscard]] bool busy() const { return task_.has_value(); }

  /// Starts the job unless one is running. `done` gets its result, or nullopt if it fails or takes
  /// too long. False if it was not started.
  template <class Work, class Told>
  bool start(const Work& work, const Told& done, TimePoint now) {
    using T = std::invoke_result_t<Work>;
    return begin([&work] { return encode(work()); },
                 [done](const std::string& answer) { done(decode<T>(answer)); }, now);
  }

  /// Kills a job that has run for longer than `limit`.
  void end_after(std::chrono::milliseconds limit, TimePoint now);

 private:
  using Done = std::function<void(const std::string& answer)>;

  bool begin(const Job& job, Done done, TimePoint now);
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
