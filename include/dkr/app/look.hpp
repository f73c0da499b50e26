#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "dkr/core/group.hpp"
#include "dkr/core/monitor.hpp"
#include "dkr/core/settings.hpp"

namespace dkr {

/// Asks sentinels and data nodes, each in a process of its own, then those they speak of. Takes at
/// most about four times `patience`, and for names at most the look-up time.
struct Look {
  GroupView view;
  MonitorWishes wishes;
  /// The name that was looked up, for the master chosen; else the master itself.
  [[nodiscard]] Endpoint by_name(const Endpoint& master) const;
  std::vector<std::pair<Endpoint, Endpoint>> names;  ///< an address, and the name it stands for
};

struct LookLimits {
  std::chrono::milliseconds patience;
  std::chrono::milliseconds look_up;
  bool everybody = false;  ///< also the replicas that sentinels know
};

Look look_at_group(const Settings& settings, const LookLimits& limits);

/// Looks once for the master that a new sentinel would monitor. Nothing: the reason says why not.
std::optional<MonitorSeed> find_master(const Settings& settings, std::string& reason);

/// Looks until there is one, telling what it waits for; answers to_line() of the seed, or nothing
/// after REDIS_BOOT_TIMEOUT_MS. For a task.
std::string wait_for_master(const Settings& settings);

}  // namespace dkr
