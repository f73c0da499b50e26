#pragma once

#include "world.hpp"

// What is done before a server is stopped, step by step as in group/handover.
namespace dkr::model {

void begin_handover(World& world, Index node);

/// Half a second of it.
void run_handover(World& world, Index node);

}  // namespace dkr::model
