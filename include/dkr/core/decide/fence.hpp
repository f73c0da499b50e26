#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "dkr/core/base/time.hpp"
#include "dkr/core/settings/settings.hpp"
#include "dkr/core/view/group_view.hpp"

namespace dkr {

/// What is remembered of one sentinel.
struct SentinelSight {
  SentinelView view;
  std::optional<TimePoint> heard = {};  ///< when its newest answer was asked for; it lived then
  bool alarmed = false;                 ///< it has told since then that the master may be replaced
  std::optional<TimePoint> voted = {};  ///< when it last voted for a sentinel that fails over
};

/// Whether a sentinel that knows the group has been heard since a moment.
bool heard_since(const SentinelSight& sight, TimePoint horizon);

/// Whether a sentinel that nobody names any more is forgotten: one that was never heard, and one
/// that has been silent since `horizon` while another spoke. When all are silent there is nobody to
/// name them, and what they said last is all that is known of the replicas.
bool is_forgotten(const SentinelSight& sight, const std::vector<SentinelSight>& all,
                  TimePoint horizon);

/// Which writes a server takes.
enum class Gate {
  open,     ///< those that the user's own configuration lets in
  guarded,  ///< those that every replica is there to receive
  closed,   ///< none
};
constexpr Gate last_of(Gate /*type*/) {
  return Gate::closed;
}

/// Everything that the fence looks at.
struct FenceView {
  NodeView own;
  TimePoint own_heard{};  ///< when that was asked for
  std::vector<SentinelSight> sentinels;
  std::vector<Endpoint> peers;  ///< the other data nodes, where no sentinel tells of replicas
  TimePoint since{};            ///< the beginning of the watch
  Gate gate = Gate::open;       ///< as it is now
};

/// Why. docker/behaviour.md has a row for each.
enum class FenceReason {
  no_fence,      ///< REDIS_FENCE is off, or the node is no master
  named,         ///< a majority names this node, or the newest epoch does
  alone,         ///< there is no other data node that could be promoted
  no_sentinel,   ///< no sentinel has answered yet
  undecided,     ///< sentinels answer, and no majority names anybody
  all_linked,    ///< most sentinels are out of reach, and every replica is linked
  replaced,      ///< a majority names another node
  newer_named,   ///< a sentinel names another node, in a newer epoch
  failing_over,  ///< a sentinel fails over, or holds this node for down with the others
  seems_down,    ///< a majority holds this node for down
  missed,        ///< it is closed, and most sentinels have not reached it yet
  cut_off,       ///< most sentinels are out of reach, and a replica is missing
};
constexpr FenceReason last_of(FenceReason /*type*/) {
  return FenceReason::cut_off;
}

struct FenceVerdict {
  Gate gate = Gate::open;
  FenceReason reason = FenceReason::no_fence;
  int replicas = 0;  ///< that a guarded gate asks for
};

/// Decides whether a node may take writes. `me` is every endpoint that is this node.
FenceVerdict judge_fence(const Settings& settings, const FenceView& view,
                         const std::vector<Endpoint>& me, TimePoint now);

/// From the sending of the newest question that a sentinel has answered to the moment when it
/// counts as out of reach: before it can have found this node down.
std::chrono::milliseconds fence_after(const Settings& settings,
                                      const std::vector<SentinelSight>& sentinels);

/// The reason as a clause of a sentence.
std::string describe(FenceReason reason);

}  // namespace dkr
