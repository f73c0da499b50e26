#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "dkr/core/time.hpp"
#include "dkr/platform/task.hpp"
#include "dkr/watch/loop.hpp"

namespace dkr {

/// Something slow or hostile that a process of its own does for an event loop, one at a time.
class Errand {
 public:
  /// What the job has answered; empty when it has failed or took too long.
  using Done = std::function<void(const std::string& answer)>;

  explicit Errand(event_base& loop);
  Errand(const Errand&) = delete;
  Errand(Errand&&) = delete;
  Errand& operator=(const Errand&) = delete;
  Errand& operator=(Errand&&) = delete;
  ~Errand();

  [[nodiscard]] bool busy() const { return task_.has_value(); }
  /// Starts the job unless one is at work. False: it was not started.
  bool start(const Job& job, Done done, TimePoint now);
  /// Ends a job that has been at work for longer.
  void end_after(std::chrono::milliseconds limit, TimePoint now);

 private:
  static void readable(int fd, short what, void* errand);
  void finish();

  event_base& loop_;
  std::optional<Task> task_;
  EventPtr reading_;
  std::string answer_;
  Done done_;
  TimePoint started_{};
};

}  // namespace dkr
