#pragma once

#include "world.hpp"

namespace dkr::model {

/// SENTINEL FAILOVER; what it answers.
std::string ask_failover(World& world, Index sentinel);

/// Half a second of a failover, and whether one begins.
void run_failover(World& world, Index sentinel);

}  // namespace dkr::model
