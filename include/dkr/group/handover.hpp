#pragma once

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/settings/settings.hpp"

namespace dkr {

/// What became of a handover.
enum class Handover {
  done,        ///< another is the master, and this node its replica
  impossible,  ///< nothing was touched, or all was put back; the log says why
  needless,    ///< this node is no master
};

/// Hands a master over to a replica; no acknowledged write is lost, but for one that a script makes
/// in the last moment in a Redis before 6.2. Writes wait meanwhile, or are refused by such a Redis,
/// for 2 s at most; whatever goes wrong, they go on. For a process of its own, which may be ended
/// any time: the pause of the writes ends all the same.
Handover hand_over(const Settings& settings, const Endpoint& server);

/// Hands a master over before its server stops. A replica gets the priority 0 instead, which is not
/// kept, so that nobody promotes it or hands over to it.
void prepare_stop(const Settings& settings, const Endpoint& server);

}  // namespace dkr
