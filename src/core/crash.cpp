#include "dkr/core/crash.hpp"

#include <algorithm>

namespace dkr {
namespace {

/// How fast a server reads an AOF of small commands, with a reserve; and for how long it may.
constexpr long long bytes_a_millisecond = 32LL * 1024;
constexpr std::chrono::milliseconds longest_load{1000};

}  // namespace

Stake stake_of(const NodeView& own, std::chrono::milliseconds limit) {
  if (own.role != NodeView::Role::master) {
    return Stake::nothing;
  }
  // While the AOF is made anew, as after a synchronisation, it may not hold everything.
  const bool whole = own.aof_size >= 0 && !own.aof_rewrite;
  const bool quick = own.aof_size <= bytes_a_millisecond * std::min(limit, longest_load).count();
  return whole && quick ? Stake::quick_master : Stake::master;
}

Crashes count_crash(const Crashes& before, TimePoint now) noexcept {
  if (before.lately == 0 || now - before.since > crash_window) {
    return {before.total + 1, 1, now};
  }
  return {before.total + 1, before.lately + 1, before.since};
}

Sequel after_crash(OnCrash wish, Stake stake, const Crashes& crashes) noexcept {
  if (wish == OnCrash::exit || stake == Stake::nothing || crashes.lately > most_crashes) {
    return Sequel::leave;
  }
  if (wish == OnCrash::automatic) {
    return stake == Stake::quick_master && crashes.lately == 1 ? Sequel::restart : Sequel::failover;
  }
  return wish == OnCrash::restart ? Sequel::restart : Sequel::failover;
}

}  // namespace dkr
