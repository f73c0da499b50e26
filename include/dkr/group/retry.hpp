#pragma once

#include <chrono>
#include <string>

#include "dkr/core/base/time.hpp"
#include "dkr/group/look.hpp"

namespace dkr {

/// Look after look, with growing timeouts and a growing backoff.
class Retry {
 public:
  LookOptions options;

  Retry(LookOptions first, std::chrono::milliseconds longest_backoff);
  /// Since the first round began.
  [[nodiscard]] std::chrono::milliseconds waited() const;
  /// Waits for the next round; not longer than until `most` has passed since the first, if that is
  /// not 0.
  void wait(std::chrono::milliseconds most);
  /// Begins anew with the shortest backoff.
  void reset_backoff();
  /// Logs what is waited for: a reason that is new, or details that are and some time has passed.
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
