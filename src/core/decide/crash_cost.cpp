#include "dkr/core/decide/crash_cost.hpp"

#include <algorithm>

#include "dkr/core/base/timing.hpp"

namespace dkr {
namespace {

/// How fast a server reads an AOF of small commands, with a reserve.
constexpr long long bytes_a_millisecond = 32LL * 1024;

}  // namespace

CrashCost crash_cost_of(const NodeView& own, std::chrono::milliseconds limit) {
  if (own.role != NodeView::Role::master) {
    return CrashCost::nothing;
  }
  // While the AOF is being rewritten, as after a resync, it may be incomplete.
  // While a sync of it is pending, acknowledged writes are only in memory.
  const bool whole = own.aof_size >= 0 && !own.aof_rewrite && !own.aof_waits;
  const bool quick =
      own.aof_size <= bytes_a_millisecond * std::min(limit, longest_quick_load).count();
  return whole && quick ? CrashCost::quick_master : CrashCost::master;
}

}  // namespace dkr
