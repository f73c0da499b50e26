#pragma once

#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "dkr/core/conf/own_server.hpp"
#include "dkr/core/decide/prune.hpp"
#include "dkr/core/settings/settings.hpp"

namespace dkr {

/// A look at one group that a sentinel monitors.
struct GroupPruneLook {
  std::string group;
  PruneLook look;
};

inline auto fields_of(const GroupPruneLook& one) {
  const auto& [group, look] = one;
  return std::tie(group, look);
}

/// Asks a sentinel for its groups and, where it calls a server down, the others of that group and
/// the name service. Begins with group number `from`, and ends when half of the time of a job is
/// over. Empty if the sentinel does not answer. Blocks: call it in a child process.
std::vector<GroupPruneLook> look_for_gone(const Settings& settings, const OwnServer& sentinel,
                                          std::size_t from);

/// Looks at one group in the same way, from a sentinel that has been asked. `settings` name the
/// group.
PruneLook look_from(const SentinelView& sentinel, const Settings& settings);

/// Makes a sentinel forget servers, and waits until it knows all others again. Returns what went
/// wrong; empty: nothing did. It looks once more before: a sentinel that is not at rest any more
/// forgets nobody. Blocks: call it in a child process.
std::string forget(const OwnServer& sentinel, const std::string& group,
                   const PruneVerdict& verdict);

}  // namespace dkr
