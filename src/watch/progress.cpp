#include "dkr/watch/progress.hpp"

#include <algorithm>
#include <utility>

#include "dkr/core/base/timing.hpp"
#include "dkr/platform/process.hpp"

namespace dkr {

void Progress::take(const std::optional<TimePoint>& spoke, TimePoint now) {
  alive_ = std::max(alive_, spoke.value_or(alive_));
  if (now - alive_ <= server_timeout) {
    moved_ = -1;
    return;
  }
  const long long before = std::exchange(moved_, bytes_moved(server_));
  if (before >= 0 && moved_ > before) {
    alive_ = now;
  }
}

}  // namespace dkr
