#pragma once

#include "world.hpp"

// What our tasks tell others, as group/promotion_ban and group/find_role do.
namespace dkr::model {

/// Asks one sentinel for a failover, if any can act.
void ask_for_failover(World& world, Index node, const GroupView& view);

/// Sets the priority of another node to 0 for now.
void ban(World& world, Index node, Ban& all, const NodeView& whom);
/// Gives the priorities back.
void release(World& world, Index node, Ban& all);

}  // namespace dkr::model
