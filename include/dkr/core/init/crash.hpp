#pragma once

#include "dkr/core/base/time.hpp"
#include "dkr/core/settings/choices.hpp"

namespace dkr {

/// What a crash of the server would cost the group.
enum class CrashCost {
  nothing,       ///< it is not a master
  master,        ///< its clients wait for a master
  quick_master,  ///< they would wait less for its restart than for a failover
};

/// The crashes of the server in the life of one container.
struct Crashes {
  int total = 0;
  int lately = 0;  ///< within crash_window of `since`
  TimePoint since{};
};

/// A server that crashes more often lately is left to whoever restarts containers.
inline constexpr int most_crashes = 3;

/// Returns `before` with one more crash.
Crashes count_crash(const Crashes& before, TimePoint now) noexcept;

/// What follows the end of the server.
enum class AfterEnd {
  leave,         ///< we end too
  restart,       ///< it is started again
  failover,      ///< a replica takes over, if one can; then it is started again
  new_identity,  ///< a sentinel is started again, with an identity of its own
};

/// Returns what follows a crash, which is counted already. Never both a restart in place and a
/// failover: together they would lose what the restarted master accepts in the meantime.
AfterEnd after_crash(OnCrash policy, CrashCost cost, const Crashes& crashes) noexcept;

}  // namespace dkr
