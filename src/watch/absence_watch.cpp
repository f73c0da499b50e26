#include "dkr/watch/absence_watch.hpp"

#include <chrono>

#include "dkr/core/base/timing.hpp"
#include "dkr/group/absence.hpp"
#include "dkr/platform/log.hpp"

namespace dkr {

using std::chrono::steady_clock;
using Endpoints = std::vector<Endpoint>;

AbsenceWatch::AbsenceWatch(event_base& loop, const Settings& settings)
    : settings_(settings), job_(loop) {}

void AbsenceWatch::poll(const FenceView& view, const Endpoints& me, TimePoint now) {
  job_.end_after(watcher_job_timeout, now);
  const Suspects suspects = suspects_of(view, me, now - sentinel_answer_lifetime);
  replicas_.reconsider(suspects, view.own);
  const bool due = !looked_ || now - *looked_ >= calm_look_interval;
  if (due && suspects && !suspects->empty() && settings_.prune_after.value > 0ms) {
    look(*suspects, view, now);
  }
}

Endpoints AbsenceWatch::absent() const {
  return replicas_.all(settings_.prune_after.value);
}

void AbsenceWatch::look(const Endpoints& suspects, const FenceView& view, TimePoint now) {
  Absence absence{node_seeds(settings_), view.own.replicas, suspects};
  for (const SentinelSight& sight : view.sentinels) {
    if (!sight.view.master.host.empty() && !contains(absence.living, sight.view.master)) {
      absence.living.push_back(sight.view.master);
    }
  }
  const auto work = [&absence] { return gone_of(absence, running_look_timeout); };
  const auto done = [this, suspects](const std::optional<Endpoints>& gone) {
    const Endpoints before = absent();
    replicas_.take(suspects, gone.value_or(Endpoints{}), steady_clock::now());
    for (const Endpoint& at : absent()) {
      if (!contains(before, at)) {
        log::info("replica " + to_string(at) + " is gone: the fence does not count it any more");
      }
    }
  };
  if (job_.start(work, done, now)) {
    looked_ = now;
  }
}

}  // namespace dkr
