#pragma once

#include <chrono>

#include "dkr/core/group.hpp"
#include "dkr/core/settings.hpp"
#include "dkr/core/time.hpp"

namespace dkr {

/// What a crash of the server would cost the group.
enum class Stake {
  nothing,       ///< it is no master
  master,        ///< its clients wait for one
  quick_master,  ///< they would wait less for the same one than for another
};

/// What a crash of this server, as it describes itself, would cost. One that a failover takes time
/// to replace is back sooner by itself when it has an AOF that is read within `limit`.
Stake stake_of(const NodeView& own, std::chrono::milliseconds limit);

/// The crashes in the life of one container.
struct Crashes {
  int total = 0;
  int lately = 0;  ///< in the time that began with `since`
  TimePoint since{};
};

/// So long counts as lately.
inline constexpr std::chrono::milliseconds crash_window{60000};
/// A server that crashes more often lately is left to whoever restarts containers.
inline constexpr int most_crashes = 3;

/// With one more.
Crashes count_crash(const Crashes& before, TimePoint now) noexcept;

/// What follows the end of the server.
enum class Sequel {
  leave,     ///< we end too
  restart,   ///< it is started again
  failover,  ///< a replica takes over, if one can; then it is started again
};

/// What follows a crash, which is counted already. Never both a restart in place and a failover:
/// the two together lose what the restarted master takes meanwhile.
Sequel after_crash(OnCrash wish, Stake stake, const Crashes& crashes) noexcept;

}  // namespace dkr
