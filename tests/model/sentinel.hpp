#pragma once

#include "world.hpp"

// Sentinel, by its rules (sentinel.c): who is down, who is told what, and the commands that others
// give. How it fails over is in failover.cpp.
namespace dkr::model {

/// Half a second of all sentinels.
void run_sentinels(World& world);

/// What it answers about the group, asked under one of its addresses.
SentinelView answer_of(const World& world, Index sentinel, const Endpoint& at);

/// Whether a sentinel answers a host.
bool sentinel_answers(const World& world, Index from_host, Index sentinel);

/// Whether a sentinel finds the addresses of names; where the group goes by addresses, it need not.
/// While it does not, it is told so at once: one that waits for a silent name service does nothing
/// else meanwhile.
bool looks_up_names(const World& world, Index sentinel);
/// The data node that a sentinel reaches at an endpoint; nobody: it reaches none. It keeps the
/// address that it has found for a name.
Index reached(const World& world, Index sentinel, const Endpoint& at);

/// A hello that names a master in an epoch. Heeded where the name can be looked up.
void take_order(World& world, Index sentinel, const Endpoint& master, std::uint64_t epoch);
/// SENTINEL MONITOR. Obeyed where the name can be looked up.
void monitor_anew(World& world, Index sentinel, const Endpoint& master);
/// SENTINEL RESET.
void reset(World& world, Index sentinel);

/// Names another master, as it does itself at the end of a failover or when others tell.
void switch_master(World& world, Index sentinel, const Endpoint& master);

/// Whom it names.
Endpoint named_by(const Sentinel& sentinel);

}  // namespace dkr::model
