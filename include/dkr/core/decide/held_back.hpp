#pragma once

#include <chrono>
#include <optional>

#include "dkr/core/view/group_view.hpp"

namespace dkr {

/// Returns another replica that demonstrably has more than this one, whose view must be the
/// newest; null if there is none.
const NodeView* replica_ahead_of(const NodeView& own, const GroupView& view);

/// Returns the priority that a running server should have; a master lacks nothing. `users` is the
/// user's, if 0 is in its place until the first synchronization has ended. `held_for` is how long
/// another node has held this one back, long if none does; negative: it lacks something.
int wanted_priority(const NodeView& own, const std::optional<int>& users,
                    std::chrono::milliseconds held_for);

}  // namespace dkr
