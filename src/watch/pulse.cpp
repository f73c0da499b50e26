#include "dkr/watch/pulse.hpp"

#include <algorithm>
#include <utility>

#include "dkr/platform/process.hpp"
#include "dkr/watch/times.hpp"

namespace dkr {

void Pulse::take(const std::optional<TimePoint>& spoke, TimePoint now) {
  alive_ = std::max(alive_, spoke.value_or(alive_));
  if (now - alive_ <= server_patience) {
    moved_ = -1;
    return;
  }
  const long long before = std::exchange(moved_, bytes_moved(server_));
  if (before >= 0 && moved_ > before) {
    alive_ = now;
  }
}

}  // namespace dkr
