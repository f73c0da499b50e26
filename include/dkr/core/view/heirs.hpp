#pragma once

#include <string>
#include <vector>

#include "dkr/core/view/group_status.hpp"
#include "dkr/core/view/server_names.hpp"

namespace dkr {

/// A replica, as a failover would see it.
struct Heir {
  std::string name;     ///< one of ServerNames
  std::string why_not;  ///< why it is never promoted; empty: it can be
};

/// Returns the replicas that a sentinel knows, in the order in which it would promote them, and
/// then those that it never would. Source: sentinel.c, sentinelSelectSlave(): by priority, then
/// by offset, then by run id.
std::vector<Heir> heirs_of(const SentinelStatus& sentinel, const GroupStatus& group,
                           const ServerNames& names);

}  // namespace dkr
