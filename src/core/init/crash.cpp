#include "dkr/core/init/crash.hpp"

#include "dkr/core/base/timing.hpp"

namespace dkr {

Crashes count_crash(const Crashes& before, TimePoint now) noexcept {
  if (before.lately == 0 || now - before.since > crash_window) {
    return {before.total + 1, 1, now};
  }
  return {before.total + 1, before.lately + 1, before.since};
}

AfterEnd after_crash(OnCrash policy, CrashCost cost, const Crashes& crashes) noexcept {
  if (policy == OnCrash::exit || cost == CrashCost::nothing || crashes.lately > most_crashes) {
    return AfterEnd::leave;
  }
  if (policy == OnCrash::automatic) {
    return cost == CrashCost::quick_master && crashes.lately == 1 ? AfterEnd::restart
                                                                  : AfterEnd::failover;
  }
  return policy == OnCrash::restart ? AfterEnd::restart : AfterEnd::failover;
}

}  // namespace dkr
