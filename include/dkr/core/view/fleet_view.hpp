#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/base/time.hpp"
#include "dkr/core/conf/conf.hpp"
#include "dkr/core/conf/wanted_groups.hpp"
#include "dkr/core/view/group_view.hpp"
#include "dkr/core/view/reply.hpp"

namespace dkr {

/// A group as one sentinel has it.
struct SeenGroup {
  std::string name;
  Endpoint master = {};
  ServerFlags flags = {};  ///< of the master
  std::uint64_t epoch = 0;
  int sentinels = 0;  ///< including the one that tells it
  int replicas = 0;
  std::vector<GroupOption> options = {};  ///< those that it tells; of the quorum the user's own
  WallTime paused_until = {};             ///< 1970: not paused

  /// True while the group fails over, or is about to: nothing of it is touched then.
  [[nodiscard]] bool fails_over() const { return flags.o_down || flags.failover_in_progress; }
};

inline auto fields_of(const SeenGroup& group) {
  const auto& [name, master, flags, epoch, sentinels, replicas, options, paused_until] = group;
  return std::tie(name, master, flags, epoch, sentinels, replicas, options, paused_until);
}

/// What one sentinel of the fleet says of itself and of all its groups.
struct FleetSentinel {
  Endpoint at;
  std::optional<Failure> failure;  ///< why it did not answer; unset: it did
  std::string id = {};             ///< its myid; empty before 6.2
  std::vector<SeenGroup> groups = {};
  std::vector<Endpoint> others = {};  ///< the other sentinels that it knows, in whatever group
};

inline auto fields_of(const FleetSentinel& sentinel) {
  const auto& [at, failure, id, groups, others] = sentinel;
  return std::tie(at, failure, id, groups, others);
}

/// All sentinels that could be found, each once.
using FleetView = std::vector<FleetSentinel>;

/// Parses the reply to SENTINEL MASTERS.
std::vector<SeenGroup> seen_groups(const Reply& masters);

/// Adds the options that only a sentinel's own configuration tells.
void add_untold(std::vector<SeenGroup>& groups, const std::vector<Directive>& sentinel_conf);

}  // namespace dkr
