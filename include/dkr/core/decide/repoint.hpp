#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dkr/core/decide/role_case.hpp"
#include "dkr/core/decide/situation.hpp"

namespace dkr {

/// A sentinel that is to name this node.
struct Repointing {
  Endpoint sentinel;
  KnownServer speaker;     ///< another sentinel that it knows; without an id: it knows none
  bool to_forget = false;  ///< whether it is to forget the servers that it knows
};

/// Returns the sentinels that should be told that this node is the master, one after another, so
/// that a majority always stays.
std::vector<Repointing> to_repoint(const Situation& now, RoleCase::Kind found);

/// Returns an epoch that is newer than all that the sentinels tell of.
std::uint64_t newer_epoch(const Situation& now);

/// Returns the commands that make a sentinel name a master in an epoch: a hello of another
/// sentinel, as they send each other. It keeps all settings, passes the news on, and heeds no older
/// hello any more. Source: sentinel.c, sentinelProcessHelloMessage().
std::vector<std::vector<std::string>> hello_commands(const Repointing& whom,
                                                     const std::string& group,
                                                     const Endpoint& master, std::uint64_t epoch);

}  // namespace dkr
