#pragma once

#include <chrono>
#include <string>

#include "dkr/core/base/time.hpp"
#include "dkr/group/look.hpp"

namespace dkr {

/// Repeats looks, with growing timeouts and a growing backoff.
class Retry {
 public:
  LookOptions options;

  Retry(LookOptions first, std::chrono::milliseconds longest_backoff);
  /// Returns the time since the first round began.
  [[nodiscard]] std::chrono::milliseconds waited() const;
  /// Sleeps until the next round, but not past `most` after the first began; 0: no limit.
  void wait(std::chrono::milliseconds most);
  /// Starts again with the shortest backoff.
  void reset_backoff();
  /// Logs what is waited for: a new reason at once, new details only after repeat_log_interval.
  void log(const std::string& reason, const std::string& details);

 private:
  TimePoint start_;
  std::chrono::milliseconds backoff_;
  std::chrono::milliseconds longest_backoff_;
  std::string told_reason_;
  std::string told_details_;
  TimePoint told_at_;
};

}  // namespace dkr
