#pragma once

#include <chrono>
#include <string>

#include "dkr/core/base/time.hpp"
#include "dkr/group/look.hpp"

namespace dkr {

/// Look after look, with growing patience and growing pauses.
class Retry {
 public:
  LookTimeouts limits;

  Retry(LookTimeouts first, std::chrono::milliseconds longest_backoff);
  /// Since the first round began.
  [[nodiscard]] std::chrono::milliseconds waited() const;
  /// Waits for the next round; not longer than until `most` has passed since the first, if that is
  /// not 0.
  void pause(std::chrono::milliseconds most);
  /// Begins anew with the short pauses.
  void hurry();
  /// Tells what is waited for: a reason that is new, or details that are and some time has passed.
  void tell(const std::string& reason, const std::string& details);

 private:
  TimePoint start_;
  std::chrono::milliseconds pause_;
  std::chrono::milliseconds longest_pause_;
  std::string told_reason_;
  std::string told_details_;
  TimePoint told_at_;
};

}  // namespace dkr
