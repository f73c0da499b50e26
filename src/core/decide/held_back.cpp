#include "dkr/core/decide/held_back.hpp"

#include <algorithm>

#include "dkr/core/base/timing.hpp"
#include "dkr/core/decide/situation.hpp"
#include "dkr/core/node/replica_priority.hpp"
#include "dkr/core/view/votes.hpp"

namespace dkr {
namespace {

/// True for a replica with data that is in step with its master, or was since it follows it.
bool has_been_in_step(const NodeView& node) {
  return node.role == NodeView::Role::replica && !node.loading && node.was_linked &&
         node.has_keys();
}

/// True if a replica has more than another one. Where their histories differ, only one that is in
/// step with its master has more than one that is not, or one that has been than one that has not.
bool is_ahead_of(const NodeView& own, const NodeView& other) {
  if (other.role != NodeView::Role::replica || other.loading) {
    return false;
  }
  if (continues(other, own.replication_id)) {
    return other.offset > own.offset;
  }
  return has_been_in_step(other) && ((other.link_up && !own.link_up) || !own.was_linked);
}

/// True for a replica that may have more than one that is cut off from most sentinels, from the
/// master and from it.
bool may_be_ahead(const NodeView& own, const NodeView& other, const GroupView& view) {
  const NodeView* master = find_node(view, own.master);
  const auto lists_it = [&](const SentinelView& sentinel) {
    return std::any_of(sentinel.replicas.begin(), sentinel.replicas.end(),
                       [&](const KnownServer& replica) { return replica.at == other.at; });
  };
  return is_silent(other) && other.at != own.master && (master == nullptr || is_silent(*master)) &&
         !named_by_majority(view) &&
         std::any_of(view.sentinels.begin(), view.sentinels.end(), lists_it);
}

}  // namespace

const NodeView* replica_ahead_of(const NodeView& own, const GroupView& view) {
  const auto found = std::find_if(view.nodes.begin(), view.nodes.end(), [&](const NodeView& other) {
    return is_ahead_of(own, other) || may_be_ahead(own, other, view);
  });
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
  return held_for < held_back_grace || !own.was_linked ? own.priority : own_priority(own.priority);
}

}  // namespace dkr
