#include "dkr/watch/pause_keeper.hpp"

#include <utility>

#include "dkr/core/base/timing.hpp"
#include "dkr/core/view/pause.hpp"
#include "dkr/platform/wall_clock.hpp"
#include "dkr/watch/pause_watch.hpp"

namespace dkr {

bool PauseKeeper::wants_look(TimePoint now) const {
  return now - looked_ >= pause_look_interval;
}

void PauseKeeper::take(const std::vector<MonitoredGroup>& groups, TimePoint now) {
  looked_ = now;
  for (const MonitoredGroup& group : groups) {
    const auto quorum = quorum_after({group.quorum, group.paused_until}, wall_clock());
    if (quorum && !group.busy) {
      order_(group.name, *quorum);
    }
    const WallTime until = is_paused(group.paused_until) ? group.paused_until : WallTime{};
    if (until != std::exchange(told_[group.name], until)) {
      tell_pause(group.name, until);
    }
  }
}

}  // namespace dkr
