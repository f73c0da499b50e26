#pragma once

#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/conf/wanted_groups.hpp"
#include "dkr/core/settings/settings.hpp"
#include "dkr/core/view/fleet_view.hpp"

namespace dkr {

/// Whom a sentinel shall monitor for a group that it does not know.
struct FirstMaster {
  std::string group;
  std::optional<Endpoint> at;
  std::string reason;  ///< why, or why nobody
};

inline auto fields_of(const FirstMaster& master) {
  const auto& [group, at, reason] = master;
  return std::tie(group, at, reason);
}

/// Returns the master that the sentinels of the fleet name or, where none knows the group, the
/// group's first master or whom that one follows, which are asked. Takes at most about four times
/// longest_look_timeout.
FirstMaster find_first_master(const Settings& settings, const FleetView& fleet,
                              const WantedGroup& group);

/// Looks at the fleet, and finds the masters of several groups, of the last ones not if that takes
/// longer than first_masters_limit.
std::vector<FirstMaster> find_first_masters(const Settings& settings,
                                            const std::vector<WantedGroup>& groups);

}  // namespace dkr
