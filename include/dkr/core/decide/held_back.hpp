#pragma once

#include <chrono>
#include <optional>

#include "dkr/core/base/time.hpp"
#include "dkr/core/view/group_view.hpp"

namespace dkr {

/// Returns another replica that has more than this one, whose view must be the newest; null if
/// there is none. Where this one reaches neither most sentinels nor the master, another one that is
/// silent may have more.
const NodeView* replica_ahead_of(const NodeView& own, const GroupView& view);

/// Since when a replica has been held back, and by whom.
struct HeldClock {
  TimePoint since{};  ///< when it was last seen with the user's priority
  bool by_itself = false;

  /// Takes the priority that the server has now.
  void see(int priority, TimePoint now);

  /// Takes whether a look has found that the replica lacks something.
  void take(bool lacks) { by_itself = by_itself || lacks; }

  /// Returns since when another node has held it back; long ago if it does so itself.
  [[nodiscard]] TimePoint by_another_since() const { return by_itself ? TimePoint{} : since; }
};

/// Returns the priority that a running server should have; a master lacks nothing. `users` is the
/// user's, if 0 is in its place until the first synchronization has ended. `held_for` is how long
/// another node has held this one back, long if none does; negative: it lacks something.
int wanted_priority(const NodeView& own, const std::optional<int>& users,
                    std::chrono::milliseconds held_for);

}  // namespace dkr
