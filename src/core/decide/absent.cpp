#include "dkr/core/decide/absent.hpp"

#include <algorithm>

#include "dkr/core/view/votes.hpp"

namespace dkr {
namespace {

using Endpoints = std::vector<Endpoint>;

/// Returns the replica as a sentinel has it; null if it does not know it.
const KnownServer* replica_at(const SentinelView& sentinel, const Endpoint& at) {
  const auto found = std::find_if(sentinel.replicas.begin(), sentinel.replicas.end(),
                                  [&](const KnownServer& replica) { return replica.at == at; });
  return found == sentinel.replicas.end() ? nullptr : &*found;
}

}  // namespace

Suspects suspects_of(const FenceView& view, const Endpoints& me, TimePoint horizon) {
  GroupView present;
  for (const SentinelSight& sight : view.sentinels) {
    if (heard_since(sight, horizon)) {
      present.sentinels.push_back(sight.view);
    }
  }
  const auto named = named_by_majority(present);
  const bool calm = std::all_of(present.sentinels.begin(), present.sentinels.end(),
                                [&](const SentinelView& sentinel) {
                                  return contains(me, sentinel.master) &&
                                         !replaces_master(sentinel) && !misses_master(sentinel);
                                });
  if (view.own.role != NodeView::Role::master || !named || !contains(me, *named) || !calm) {
    return std::nullopt;
  }
  Endpoints suspects;
  for (const SentinelView& sentinel : present.sentinels) {
    for (const KnownServer& replica : sentinel.replicas) {
      const bool down = std::all_of(present.sentinels.begin(), present.sentinels.end(),
                                    [&](const SentinelView& other) {
                                      const KnownServer* known = replica_at(other, replica.at);
                                      return known == nullptr || known->flags.down();
                                    });
      if (down && !contains(view.own.replicas, replica.at) && !contains(suspects, replica.at)) {
        suspects.push_back(replica.at);
      }
    }
  }
  return suspects;
}

void AbsentReplicas::take(const Endpoints& suspects, const Endpoints& gone, TimePoint now) {
  std::erase_if(gone_, [&](const Replica& replica) {
    return contains(suspects, replica.at) && !contains(gone, replica.at);
  });
  for (const Endpoint& at : gone) {
    const auto known = std::find_if(gone_.begin(), gone_.end(),
                                    [&](const Replica& replica) { return replica.at == at; });
    if (known == gone_.end()) {
      gone_.push_back({at, now, now});
    } else {
      known->last = now;
    }
  }
}

void AbsentReplicas::reconsider(const Suspects& suspects, const NodeView& own) {
  std::erase_if(gone_, [&](const Replica& replica) {
    return contains(own.replicas, replica.at) || (suspects && !contains(*suspects, replica.at));
  });
}

Endpoints AbsentReplicas::all(std::chrono::milliseconds after) const {
  Endpoints all;
  for (const Replica& replica : gone_) {
    if (replica.last - replica.first >= after) {
      all.push_back(replica.at);
    }
  }
  return all;
}

}  // namespace dkr
