#pragma once

#include "world.hpp"

namespace dkr::model {

/// Looks at the group beside a running server and acts on it, as group/reconcile does. Answers
/// where sentinels may be.
std::vector<Endpoint> reconcile(World& world, Index node);

}  // namespace dkr::model
