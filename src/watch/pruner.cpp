#include "dkr/watch/pruner.hpp"

#include <chrono>
#include <utility>

#include "dkr/core/base/timing.hpp"
#include "dkr/platform/log.hpp"

namespace dkr {

using std::chrono::steady_clock;

Pruner::Pruner(event_base& loop, const Settings& settings, const OwnServer& sentinel)
    : settings_(settings), sentinel_(sentinel), job_(loop) {}

void Pruner::poll(TimePoint now) {
  job_.end_after(watcher_job_timeout, now);
  if (settings_.prune_after.value == 0ms || (looked_ && now - *looked_ < calm_look_interval)) {
    return;
  }
  const auto look = [this] { return look_for_gone(settings_, sentinel_, from_); };
  const auto done = [this](const std::optional<std::vector<GroupPruneLook>>& looks) {
    if (looks) {
      take(*looks, steady_clock::now());
    }
  };
  if (job_.start(look, done, now)) {
    looked_ = now;
  }
}

void Pruner::take(const std::vector<GroupPruneLook>& looks, TimePoint now) {
  from_ += looks.size();
  for (const auto& [group, look] : looks) {
    if (!look.own.knows_group) {
      continue;
    }
    PruneMemory& memory = memories_[group];
    remember(memory, look, now);
    const PruneVerdict verdict = judge_prune(memory, look, {settings_.prune_after.value}, now);
    tell(group, verdict);
    if (verdict.reason == PruneReason::forgets && !job_.busy()) {
      forget_in(group, verdict, now);
    }
  }
}

void Pruner::tell(const std::string& group, const PruneVerdict& verdict) {
  if (std::exchange(told_[group], verdict.reason) == verdict.reason) {
    return;
  }
  if (verdict.reason == PruneReason::minority) {
    log::warn("group " + group + ": nobody is forgotten: " + describe(verdict) +
              "; see dkr-redis sentinel prune --help");
  } else {
    log::debug([&] { return "group " + group + ": prune: " + describe(verdict); });
  }
}

void Pruner::forget_in(const std::string& group, const PruneVerdict& verdict, TimePoint now) {
  log::info("group " + group + ": the sentinel forgets who is gone: " + names_of(verdict));
  const auto work = [this, &group, &verdict] { return forget(sentinel_, group, verdict); };
  const auto done = [group](const std::optional<std::string>& failure) {
    if (!failure || !failure->empty()) {
      log::warn("group " + group + ": the sentinel has not forgotten who is gone: " +
                failure.value_or(too_late().text));
    }
  };
  job_.start(work, done, now);
}

}  // namespace dkr
