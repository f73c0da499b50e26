#pragma once

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/settings/settings.hpp"

namespace dkr {

/// The result of a handover.
enum class Handover {
  done,        ///< another node is the master, and this one its replica
  impossible,  ///< nothing was changed, or all was restored; the log says why
  needless,    ///< this node is not a master
};

/// Hands the master over to a replica. Loses no acknowledged write, except one that a script makes
/// at the last moment in Redis before 6.2. Meanwhile writes wait, or are refused by such a Redis,
/// for at most 2 s; whatever fails, they go on. Call it in a child process, which may be killed at
/// any time: the write pause ends all the same.
Handover hand_over(const Settings& settings, const Endpoint& server);

/// Hands a master over before its server stops. Holds a replica back instead, without
/// CONFIG REWRITE, so that nobody promotes it or hands over to it. The server will then end by
/// deaf_server_stop as the user wants it to end by SIGTERM.
void prepare_stop(const Settings& settings, const Endpoint& server);

}  // namespace dkr
