#include "dkr/core/decide/held_back.hpp"

#include <algorithm>

#include "dkr/core/base/timing.hpp"
#include "dkr/core/decide/situation.hpp"
#include "dkr/core/node/replica_priority.hpp"

namespace dkr {
namespace {

/// True if a replica has more than another one. Where their histories differ, only one that is in
/// step with its master has more than one that is not.
bool is_ahead_of(const NodeView& own, const NodeView& other) {
  if (other.role != NodeView::Role::replica || other.loading) {
    return false;
  }
  if (continues(other, own.replication_id)) {
    return other.offset > own.offset;
  }
  return other.link_up && !own.link_up && other.has_keys();
}

}  // namespace

const NodeView* replica_ahead_of(const NodeView& own, const GroupView& view) {
  const auto found = std::find_if(view.nodes.begin(), view.nodes.end(),
                                  [&](const NodeView& other) { return is_ahead_of(own, other); });
  return found == view.nodes.end() ? nullptr : &*found;
}

void HeldClock::see(int priority, TimePoint now) {
  if (!is_held_back(priority)) {
    *this = {now};
  }
}

int wanted_priority(const NodeView& own, const std::optional<int>& users,
                    std::chrono::milliseconds held_for) {
  if (users && own.priority == 0) {
    const bool has_nothing = own.role == NodeView::Role::replica && !own.was_linked;
    return has_nothing ? 0 : *users;
  }
  if (own.role != NodeView::Role::replica) {
    return own_priority(own.priority);
  }
  if (held_for < std::chrono::milliseconds{}) {
    return held_back(own.priority);
  }
  return held_for < held_back_grace ? own.priority : own_priority(own.priority);
}

}  // namespace dkr
