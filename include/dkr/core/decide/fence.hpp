#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dkr/core/base/time.hpp"
#include "dkr/core/node/state_note.hpp"
#include "dkr/core/settings/settings.hpp"
#include "dkr/core/view/group_view.hpp"
#include "dkr/core/view/votes.hpp"

namespace dkr {

/// What the watcher remembers about one sentinel.
struct SentinelSight {
  SentinelView view;
  std::optional<TimePoint> heard = {};  ///< when its last answered query was sent
  bool alarmed = false;            ///< it has published since then that the master may be replaced
  std::optional<Vote> voted = {};  ///< the last vote that it has published, in whatever group
  std::optional<Vote> own = {};    ///< its last vote in this group, and when it first told of it
};

/// Takes the answer of a sentinel that was asked for its last vote in this group. One that knows of
/// none tells nothing.
void take_vote(SentinelSight& sight, const Vote& told);

/// Returns the newest vote of a sentinel in this group; of epoch 0: none is known.
Vote newest_vote(const std::vector<SentinelSight>& sentinels);

/// True if the sentinel knows the group and has been heard since `horizon`.
bool heard_since(const SentinelSight& sight, TimePoint horizon);

/// True if a sentinel that the look has not found is to be forgotten: it was never heard, or has
/// been silent since `horizon`, and speaks from elsewhere, or is not known to half of all known
/// sentinels any more: without these the others are too few to fail over. Those on the wrong side
/// of a partition can have been made to forget it.
bool is_forgotten(const SentinelSight& sight, const std::vector<SentinelSight>& all,
                  TimePoint horizon);

/// Which writes a server accepts.
enum class Gate {
  open,     ///< all that the user's own configuration lets in
  guarded,  ///< only while every replica is there to receive them
  closed,   ///< none
};
constexpr Gate last_of(Gate /*type*/) {
  return Gate::closed;
}

/// Everything that the fence decides by.
struct FenceView {
  NodeView own;
  TimePoint own_heard{};  ///< when the query for `own` was sent
  std::vector<SentinelSight> sentinels;
  std::vector<Endpoint> peers;  ///< the other data nodes, used if no sentinel reports replicas
  TimePoint since{};            ///< start of the watch
  Gate gate = Gate::open;       ///< the gate as it is now
  bool foreign = false;         ///< the data here is not the group's: the node is no member yet
  GroupMemory memory = {};      ///< what the note says, for as long as no sentinel has answered
  /// How long a sentinel has been failing over.
  std::chrono::milliseconds failing_for{};
  bool noted = false;       ///< the note has described data of the group since before this watch
  std::uint64_t epoch = 0;  ///< in which this node is named, by its note
  bool paused = false;      ///< nobody fails over by himself
  std::vector<Endpoint> absent = {};  ///< data nodes that sentinels still know and that are gone
};

/// Returns what a later watcher has to know of the group; what it is known of already, if no
/// sentinel has answered. `me` is every endpoint of this node.
GroupMemory memory_of(const FenceView& view, const std::vector<Endpoint>& me);

/// The reason for a verdict. docker/behaviour.md has a row for each.
enum class FenceReason {
  no_fence,         ///< REDIS_FENCE is off, or the node is no master
  foreign,          ///< the data here is not the group's, so nobody replaces this master
  named,            ///< a majority or the newest epoch names this node
  alone,            ///< there is no other data node that could be promoted
  no_sentinel,      ///< no sentinel has answered yet
  undecided,        ///< sentinels answer, but no majority names the same master
  all_linked,       ///< most sentinels are out of reach, but every replica is linked
  replaced,         ///< a majority names another node
  others_may_have,  ///< the gate is closed, this node has no keys, and not all others follow it yet
  newer_named,      ///< a sentinel names another node, in a newer epoch
  failing_over,     ///< a sentinel fails over, or agrees with others that this node is down
  failover_hangs,   ///< the same for long, and every replica is linked: none was promoted
  paused,           ///< the group is paused, so nobody fails over by himself
  seems_down,       ///< a majority considers this node down
  missed,           ///< the gate is closed, and most sentinels have not reached this node yet
  cut_off,          ///< most sentinels are out of reach, and a replica is not linked
};
constexpr FenceReason last_of(FenceReason /*type*/) {
  return FenceReason::cut_off;
}

struct FenceVerdict {
  Gate gate = Gate::open;
  FenceReason reason = FenceReason::no_fence;
  int replicas = 0;  ///< how many a guarded gate requires
};

/// Decides whether a node may take writes. `me` is every endpoint of this node.
FenceVerdict judge_fence(const Settings& settings, const FenceView& view,
                         const std::vector<Endpoint>& me, TimePoint now);

/// Returns how long a fence stays open without most sentinels that call a master down after such a
/// time.
std::chrono::milliseconds fence_after(const Settings& settings,
                                      std::chrono::milliseconds down_after);

/// Returns the time from sending the last query that a sentinel answered until the sentinel counts
/// as out of reach. It is too short for the sentinel to have found this node down. `memory` counts
/// before any has answered.
std::chrono::milliseconds fence_after(const Settings& settings,
                                      const std::vector<SentinelSight>& sentinels,
                                      const GroupMemory& memory);

/// Returns since when a sentinel has been failing over, from what was known before a verdict with
/// this reason; nullopt: none does.
std::optional<TimePoint> failing_since(std::optional<TimePoint> before, FenceReason reason,
                                       TimePoint now);

/// Returns the time since then; 0 if there is none.
std::chrono::milliseconds elapsed(const std::optional<TimePoint>& since, TimePoint now);

/// Returns the reason as a clause of a sentence.
std::string describe(FenceReason reason);

}  // namespace dkr
