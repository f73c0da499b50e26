#pragma once

#include <chrono>
#include <vector>

#include "dkr/core/decide/prune.hpp"
#include "dkr/core/settings/settings.hpp"
#include "dkr/core/view/group_view.hpp"

namespace dkr {

/// Servers of one kind, sentinels or data nodes.
struct Absence {
  std::vector<Endpoint> seeds;    ///< what the settings name
  std::vector<Endpoint> living;   ///< who is known to be there
  std::vector<Endpoint> missing;  ///< who may be gone
};

/// Returns those of the missing that are gone: their name has no address any more, while a name of
/// one that lives has; or they have an address, and the settings stand for all that live, but not
/// for that one. A name service that does not answer proves nothing. Takes about `timeout`.
std::vector<Endpoint> gone_of(const Absence& absence, std::chrono::milliseconds timeout);

/// Returns the data nodes that the settings name: REDIS_PEERS and REDIS_MASTER_HOST.
std::vector<Endpoint> node_seeds(const Settings& settings);

/// Returns who of those that a sentinel calls down is gone: by its name or address, or because a
/// sentinel of another identity answers there. `master`: what the master says.
std::vector<GoneServer> find_gone(const SentinelView& sentinel, const NodeView& master,
                                  const Settings& settings);

}  // namespace dkr
