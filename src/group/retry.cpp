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

Retry::Retry(LookOptions first, milliseconds longest)
    : options(std::move(first)),
      start_(steady_clock::now()),
      backoff_(first_backoff),
      longest_backoff_(longest) {}

void Retry::log(const std::string& reason, const std::string& details) {
  const bool other_details =
      details != told_details_ && steady_clock::now() - told_at_ > repeat_log_interval;
  if (reason != told_reason_ || other_details) {
    dkr::log::warn(reason + details);
    told_reason_ = reason;
    told_details_ = details;
    told_at_ = steady_clock::now();
  }
}

milliseconds Retry::waited() const {
  return std::chrono::duration_cast<milliseconds>(steady_clock::now() - start_);
}

void Retry::wait(milliseconds most) {
  std::this_thread::sleep_for(most > 0ms ? std::clamp(most - waited(), 0ms, backoff_) : backoff_);
  backoff_ = doubled(backoff_, longest_backoff_);
  options.answer_timeout = doubled(options.answer_timeout, longest_look_timeout);
  options.resolve_timeout = doubled(options.resolve_timeout, longest_resolve_timeout);
}

void Retry::reset_backoff() {
  backoff_ = first_backoff;
}

}  // namespace dkr
