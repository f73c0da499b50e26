#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dkr/core/group.hpp"
#include "dkr/core/monitor.hpp"
#include "dkr/core/settings.hpp"
#include "dkr/core/time.hpp"

namespace dkr {

/// What a look at the group has found.
struct Look {
  GroupView view;
  std::vector<Endpoint> set_master;  ///< every address of REDIS_MASTER_HOST
  std::vector<Endpoint> peers;       ///< of REDIS_PEERS in the order of their names; or the name
  std::vector<std::pair<Endpoint, Endpoint>> names;  ///< an address, and the name it stands for

  /// The name that the master chosen announces, or that was looked up, where the group goes by
  /// names; else the master itself.
  [[nodiscard]] Endpoint by_name(const Endpoint& master, const Settings& settings) const;
};

struct LookLimits {
  std::chrono::milliseconds patience;
  std::chrono::milliseconds look_up;
  bool everybody = false;           ///< also the replicas that sentinels know
  std::vector<Endpoint> skip = {};  ///< nodes that are not asked
};

/// Asks sentinels and data nodes, each in a process of its own, then those they speak of. Takes at
/// most about four times `patience`, and for names at most twice the look-up time.
Look look_at_group(const Settings& settings, const LookLimits& limits);

/// Look after look, with growing patience and growing pauses.
class Rounds {
 public:
  LookLimits limits;

  Rounds(LookLimits first, std::chrono::milliseconds longest_pause);
  /// Since the first round began.
  [[nodiscard]] std::chrono::milliseconds waited() const;
  /// Waits for the next round; not longer than until `most` has passed since the first, if that is
  /// not 0.
  void pause(std::chrono::milliseconds most);
  /// Begins anew with the short pauses.
  void hurry();
  /// Tells what is waited for: a reason that is new, or details that are and some time has passed.
  void tell(const std::string& reason, const std::string& details);

 private:
  TimePoint start_;
  std::chrono::milliseconds pause_;
  std::chrono::milliseconds longest_pause_;
  std::string told_reason_;
  std::string told_details_;
  TimePoint told_at_;
};

/// Why servers did not answer, the first few, in brackets; empty when all did.
std::string failures(const GroupView& view);

/// Looks once for the master that a new sentinel would monitor. Nothing: the reason says why not.
std::optional<MonitorSeed> find_master(const Settings& settings, std::string& reason);

/// Looks until there is one, telling what it waits for; answers to_line() of the seed, or nothing
/// after REDIS_BOOT_TIMEOUT_MS. For a task.
std::string wait_for_master(const Settings& settings);

}  // namespace dkr
