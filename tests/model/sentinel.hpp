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
