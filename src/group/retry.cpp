#include "dkr/group/retry.hpp"

#include <algorithm>
#include <thread>
#include <utility>

#include "dkr/core/base/timing.hpp"
#include "dkr/platform/log.hpp"

namespace dkr {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

milliseconds doubled(milliseconds time, milliseconds most) {
  return std::min(2 * time, most);
}

}  // namespace

Retry::Retry(LookTimeouts first, milliseconds longest)
    : limits(std::move(first)),
      start_(steady_clock::now()),
      pause_(first_backoff),
      longest_pause_(longest) {}

void Retry::tell(const std::string& reason, const std::string& details) {
  const bool other_details =
      details != told_details_ && steady_clock::now() - told_at_ > repeat_log_interval;
  if (reason != told_reason_ || other_details) {
    log::warn(reason + details);
    told_reason_ = reason;
    told_details_ = details;
    told_at_ = steady_clock::now();
  }
}

milliseconds Retry::waited() const {
  return std::chrono::duration_cast<milliseconds>(steady_clock::now() - start_);
}

void Retry::pause(milliseconds most) {
  std::this_thread::sleep_for(most > 0ms ? std::clamp(most - waited(), 0ms, pause_) : pause_);
  pause_ = doubled(pause_, longest_pause_);
  limits.patience = doubled(limits.patience, longest_look_timeout);
  limits.look_up = doubled(limits.look_up, longest_resolve_timeout);
}

void Retry::hurry() {
  pause_ = first_backoff;
}

}  // namespace dkr
