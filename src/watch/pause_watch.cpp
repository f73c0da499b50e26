#include "dkr/watch/pause_watch.hpp"

#include <utility>

#include "dkr/core/base/timing.hpp"
#include "dkr/platform/log.hpp"
#include "dkr/platform/wall_clock.hpp"

namespace dkr {

void PauseWatch::take(const GroupView& heard) {
  known_ = pause_after(known_, heard);
  if (const WallTime now = until(); now != told_) {
    told_ = now;
    tell_pause(group_, now);
  }
}

bool PauseWatch::holds() const {
  return is_paused(known_.holds);
}

WallTime PauseWatch::until() const {
  return is_paused(known_.kept) ? known_.kept : WallTime{};
}

std::vector<PauseOrder> PauseWatch::due(const GroupView& heard, TimePoint now) {
  auto wanted = pause_orders(heard, wall_clock());
  if (wanted != wanted_) {
    wanted_ = std::move(wanted);
    since_ = now;
  }
  if (wanted_.empty() || now - since_ < pause_grace) {
    return {};
  }
  since_ = now;
  return wanted_;
}

void tell_pause(const std::string& group, WallTime until) {
  if (until == WallTime{}) {
    return log::warn("the pause of group " + group + " is over");
  }
  log::warn("group " + group + " is paused until " + to_text(until) +
            ": nobody fails over, fences or restarts in place by himself");
}

}  // namespace dkr
