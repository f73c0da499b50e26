#pragma once

#include "world.hpp"

// The watcher beside a running server, driven as watch/member_watcher drives the core.
namespace dkr::model {

void start_watcher(World& world, Index node);

/// Half a second of it.
void run_watcher(World& world, Index node);

/// What the watcher has heard, and what the sentinels have said lately.
GroupView heard_lately(const World& world, const Watcher& watcher);

}  // namespace dkr::model
