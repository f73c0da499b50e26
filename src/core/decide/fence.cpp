#include "dkr/core/decide/fence.hpp"

#include <algorithm>
#include <utility>

#include "dkr/core/base/timing.hpp"
#include "dkr/core/decide/sentinel_master.hpp"
#include "dkr/core/view/votes.hpp"

namespace dkr {
namespace {

using enum FenceReason;
using std::chrono::milliseconds;

using Sights = std::vector<SentinelSight>;

/// Returns each sentinel once, however many addresses it answers at: its newest answer, with every
/// alarm and the last vote.
Sights by_identity(const Sights& sights) {
  Sights all;
  for (const SentinelSight& sight : sights) {
    const auto same = std::find_if(all.begin(), all.end(), [&](const SentinelSight& other) {
      return !sight.view.id.empty() && sight.view.id == other.view.id;
    });
    if (same == all.end()) {
      all.push_back(sight);
      continue;
    }
    const SentinelSight older = sight.heard > same->heard ? std::exchange(*same, sight) : sight;
    same->alarmed = same->alarmed || older.alarmed;
    if (older.voted && (!same->voted || older.voted->at > same->voted->at)) {
      same->voted = older.voted;
    }
    if (older.own && (!same->own || older.own->epoch > same->own->epoch)) {
      same->own = older.own;
    }
  }
  return all;
}

void add_other(std::vector<Endpoint>& all, const Endpoint& at, const std::vector<Endpoint>& me) {
  if (!at.host.empty() && !contains(me, at) && !contains(all, at)) {
    all.push_back(at);
  }
}

/// Returns the other masters that sentinels name, and the replicas that meet a condition, but for
/// those that are gone.
template <class Condition>
std::vector<Endpoint> reported(const FenceView& view, const std::vector<Endpoint>& me,
                               const Condition& condition) {
  std::vector<Endpoint> all;
  for (const SentinelSight& sight : view.sentinels) {
    add_other(all, sight.view.master, me);
    for (const KnownServer& replica : sight.view.replicas) {
      if (condition(replica) && !contains(view.absent, replica.at)) {
        add_other(all, replica.at, me);
      }
    }
  }
  return all;
}

/// Returns the data nodes that are or could become the master in place of this node, or the peers
/// if no sentinel reports any.
std::vector<Endpoint> heirs(const FenceView& view, const std::vector<Endpoint>& me) {
  std::vector<Endpoint> all = reported(view, me, [&](const KnownServer& replica) {
    return replica.priority != 0 || !contains(view.own.replicas, replica.at);
  });
  const bool told =
      std::any_of(view.sentinels.begin(), view.sentinels.end(),
                  [](const SentinelSight& sight) { return !sight.view.replicas.empty(); });
  if (!told && all.empty()) {
    all = view.memory.replicas;
    for (const Endpoint& peer : view.peers) {
      add_other(all, peer, me);
    }
  }
  return all;
}

/// True if a sentinel has been heard since a moment and had reached the master until then: it
/// counts the time until it calls the master down from its last successful PING.
bool vouches_since(const SentinelSight& sight, TimePoint horizon) {
  const auto gap = std::max(sight.view.silence - longest_ping_gap, milliseconds{0});
  return heard_since(sight, horizon) && *sight.heard - gap >= horizon;
}

/// True if a sentinel may call the master that it names down sooner than a guarded one refuses.
bool is_late(const SentinelView& sentinel) {
  return misses_master(sentinel) && sentinel.silence > sentinel.down_after - guard_reaction;
}

/// What the sentinels in reach say together.
struct Voices {
  GroupView group;        ///< the sentinels in reach
  std::size_t known = 0;  ///< known sentinels, including those out of reach
  bool failover = false;  ///< one fails over, away from this node
  bool vote = false;      ///< one has lately voted for a sentinel that is out of reach
  std::size_t vouch = 0;  ///< how many do not name this node, or have reached it in time
  std::size_t late = 0;   ///< how many may call this node down before a guard refuses writes
  std::size_t down = 0;   ///< how many consider this node down
  std::size_t miss = 0;   ///< how many have not reached this node lately

  [[nodiscard]] bool is_majority(std::size_t count) const { return 2 * count > known; }
};

/// True if a sentinel that does not answer us may be failing over: another has lately voted for it,
/// in a newer epoch than that in which this node was named. The master it replaces may be another
/// group's.
bool votes_for_absent(const SentinelSight& sight, const GroupView& present, std::uint64_t my_epoch,
                      TimePoint now) {
  const auto& all = present.sentinels;
  const auto counts = [&](const std::optional<Vote>& vote, Duration lifetime) {
    return vote && now - vote->at < lifetime && (vote->epoch == 0 || vote->epoch > my_epoch) &&
           std::none_of(all.begin(), all.end(), [&](const SentinelView& sentinel) {
             return !sentinel.id.empty() && sentinel.id == vote->leader;
           });
  };
  return counts(sight.voted, vote_lifetime) || counts(sight.own, hung_failover_grace);
}

Voices listen(const FenceView& view, const std::vector<Endpoint>& me, TimePoint horizon,
              TimePoint now) {
  Voices voices;
  GroupView everybody;
  for (const SentinelSight& sight : by_identity(view.sentinels)) {
    if (sight.view.knows_group) {
      everybody.sentinels.push_back(sight.view);
    }
    if (heard_since(sight, horizon)) {
      const bool names_me = contains(me, sight.view.master);
      voices.group.sentinels.push_back(sight.view);
      voices.failover =
          voices.failover || (names_me && (sight.alarmed || replaces_master(sight.view)));
      voices.vouch += !names_me || vouches_since(sight, horizon) ? 1U : 0U;
      voices.late += names_me && is_late(sight.view) ? 1U : 0U;
      voices.down += names_me && sight.view.flags.s_down ? 1U : 0U;
      voices.miss += names_me && misses_master(sight.view) ? 1U : 0U;
    }
  }
  voices.known = known_sentinels(sentinels_of(everybody));
  const std::uint64_t my_epoch = naming_epochs(voices.group, me).mine;
  const auto& sights = view.sentinels;
  voices.vote = std::any_of(sights.begin(), sights.end(), [&](const SentinelSight& sight) {
    return heard_since(sight, horizon) && votes_for_absent(sight, voices.group, my_epoch, now);
  });
  return voices;
}

/// Returns the shortest time after which a sentinel calls a master down; the maximum if unknown.
milliseconds shortest_down_after(const Sights& sentinels, const GroupMemory& memory) {
  auto shortest = milliseconds::max();
  for (const SentinelSight& sight : sentinels) {
    if (sight.view.down_after > milliseconds{0}) {
      shortest = std::min(shortest, sight.view.down_after);
    }
  }
  const bool noted = shortest == milliseconds::max() && memory.down_after > milliseconds{0};
  return noted ? memory.down_after : shortest;
}

/// True if every data node that could be promoted is linked, and the server refuses writes in time
/// when one is not any more.
bool can_be_guarded(const FenceView& view, const std::vector<Endpoint>& heirs, TimePoint horizon) {
  return view.own_heard >= horizon &&
         shortest_down_after(view.sentinels, view.memory) >= guard_reaction &&
         std::all_of(heirs.begin(), heirs.end(),
                     [&](const Endpoint& heir) { return contains(view.own.replicas, heir); });
}

/// True if a master without keys that started closed may be about to replace what others have: not
/// all that could have the group's data follow it yet, and they have REDIS_PEER_WAIT_MS to show it.
/// One that goes on from another history has what that one had, and one with a note has what it
/// had.
bool others_may_have_data(const Settings& settings, const FenceView& view,
                          const std::vector<Endpoint>& others, TimePoint now) {
  if (view.gate != Gate::closed || view.own.has_keys() || !view.own.former_id.empty() ||
      view.noted || now - view.since >= settings.peer_wait.value) {
    return false;
  }
  return std::any_of(others.begin(), others.end(),
                     [&](const Endpoint& other) { return !contains(view.own.replicas, other); });
}

/// How many replicas a guarded master needs: all that are linked, and all that could be promoted.
int guards(const FenceView& view, const std::vector<Endpoint>& heirs) {
  return static_cast<int>(std::max(heirs.size(), view.own.replicas.size()));
}

/// Decides while a sentinel fails over.
FenceVerdict judge_failover(const FenceView& view, const std::vector<Endpoint>& heirs,
                            TimePoint horizon) {
  const bool hangs = view.failing_for >= hung_failover_grace;
  return hangs && can_be_guarded(view, heirs, horizon)
             ? FenceVerdict{Gate::guarded, failover_hangs, guards(view, heirs)}
             : FenceVerdict{Gate::closed, failing_over};
}

/// Decides when most sentinels are in reach, and do not miss this node or do not name it.
FenceVerdict judge_vouched(const FenceView& view, const std::vector<Endpoint>& heirs,
                           const Voices& voices, bool is_named) {
  if (view.gate == Gate::closed && voices.is_majority(voices.miss)) {
    return {Gate::closed, missed};
  }
  return is_named ? FenceVerdict{Gate::open, FenceReason::named}
                  : FenceVerdict{view.gate, undecided, static_cast<int>(heirs.size())};
}

/// Decides when most sentinels are out of reach. Answers from before the horizon do not count.
FenceVerdict judge_cut_off(const FenceView& view, const std::vector<Endpoint>& heirs,
                           const Voices& voices, TimePoint horizon) {
  const int count = guards(view, heirs);
  if (voices.known == 0 && view.memory.sentinels.empty() && view.gate == Gate::open) {
    return {Gate::open, no_sentinel};
  }
  if (view.since > horizon) {
    return {view.gate, undecided, count};
  }
  return can_be_guarded(view, heirs, horizon) ? FenceVerdict{Gate::guarded, all_linked, count}
                                              : FenceVerdict{Gate::closed, cut_off};
}

/// Decides by who has not heard this node, or is not heard.
FenceVerdict judge_silence(const FenceView& view, const std::vector<Endpoint>& heirs,
                           const Voices& voices, bool is_named, TimePoint horizon) {
  if (voices.is_majority(voices.down)) {
    return {Gate::closed, seems_down};
  }
  if (voices.is_majority(voices.vouch)) {
    return judge_vouched(view, heirs, voices, is_named);
  }
  return voices.is_majority(voices.late) ? FenceVerdict{Gate::closed, missed}
                                         : judge_cut_off(view, heirs, voices, horizon);
}

}  // namespace

GroupMemory memory_of(const FenceView& view, const std::vector<Endpoint>& me) {
  GroupMemory memory;
  for (const SentinelSight& sight : by_identity(view.sentinels)) {
    if (sight.view.knows_group) {
      memory.sentinels.push_back(sight.view.at);
    }
  }
  if (memory.sentinels.empty()) {
    return view.memory;
  }
  memory.replicas = reported(view, me, [](const KnownServer&) { return true; });
  const auto down_after = shortest_down_after(view.sentinels, view.memory);
  memory.down_after = down_after == milliseconds::max() ? milliseconds{0} : down_after;
  std::sort(memory.sentinels.begin(), memory.sentinels.end());
  std::sort(memory.replicas.begin(), memory.replicas.end());
  return memory;
}

void take_vote(SentinelSight& sight, const Vote& told) {
  if (told.epoch != 0 && (!sight.own || sight.own->epoch != told.epoch)) {
    sight.own = told;
  }
}

Vote newest_vote(const std::vector<SentinelSight>& sentinels) {
  Vote newest;
  for (const SentinelSight& sight : sentinels) {
    newest = sight.own && sight.own->epoch > newest.epoch ? *sight.own : newest;
  }
  return newest;
}

bool heard_since(const SentinelSight& sight, TimePoint horizon) {
  return sight.view.knows_group && sight.heard && *sight.heard >= horizon;
}

bool is_forgotten(const SentinelSight& sight, const std::vector<SentinelSight>& all,
                  TimePoint horizon) {
  const auto speaks = [&](const SentinelSight& other) {
    return other.heard && *other.heard >= horizon;
  };
  if (!sight.heard || speaks(sight)) {
    return !sight.heard;
  }
  const std::string& id = sight.view.id;
  const auto is_same = [&](const auto& server) {
    return id.empty() || server.id.empty() ? server.at == sight.view.at : server.id == id;
  };
  GroupView known;
  std::size_t unaware = 0;
  for (const SentinelSight& other : by_identity(all)) {
    if (other.view.knows_group) {
      known.sentinels.push_back(other.view);
    }
    if (speaks(other) && is_same(other.view)) {
      return true;
    }
    const auto& listed = other.view.sentinels;
    unaware += heard_since(other, horizon) && std::none_of(listed.begin(), listed.end(), is_same);
  }
  return 2 * unaware >= known_sentinels(sentinels_of(known));
}

milliseconds fence_after(const Settings& settings, milliseconds down_after) {
  return settings.fence_after.given ? settings.fence_after.value
                                    : std::min(down_after / 2, longest_fence_after);
}

milliseconds fence_after(const Settings& settings, const std::vector<SentinelSight>& sentinels,
                         const GroupMemory& memory) {
  const auto down_after = shortest_down_after(sentinels, memory);
  return fence_after(settings,
                     down_after == milliseconds::max() ? settings.down_after.value : down_after);
}

FenceVerdict judge_fence(const Settings& settings, const FenceView& view,
                         const std::vector<Endpoint>& me, TimePoint now) {
  if (!settings.fence.value || view.own.role != NodeView::Role::master) {
    return {Gate::open, no_fence};
  }
  if (view.foreign) {
    return {Gate::open, FenceReason::foreign};
  }
  const milliseconds limit = fence_after(settings, view.sentinels, view.memory);
  const Voices voices = listen(view, me, now - limit, now);
  const auto by_most = named_by_majority(voices.group);
  const NamingEpochs epochs = naming_epochs(voices.group, me);
  const bool newest = epochs.mine > epochs.others;
  if (by_most && !contains(me, *by_most) && !newest) {
    return {Gate::closed, replaced};
  }
  const auto others = heirs(view, me);
  if (others_may_have_data(settings, view, others, now)) {
    return {Gate::closed, others_may_have};
  }
  if (others.empty()) {
    return {Gate::open, alone};
  }
  // Two nodes in one epoch: a sentinel that cannot look up the promoted one's name keeps the old
  // one, and takes the epoch.
  const bool taken_over = epochs.others == epochs.mine && epochs.mine > view.epoch;
  if (epochs.others > epochs.mine || taken_over) {
    return {Gate::closed, newer_named};
  }
  // If all sentinels are in reach, the one that fails over says so itself, and for which group.
  if (voices.failover || (voices.vote && voices.group.sentinels.size() < voices.known)) {
    return judge_failover(view, others, now - limit);
  }
  // A gate that is closed already waits for sentinels that name this node.
  if (view.paused && view.gate != Gate::closed) {
    return {Gate::open, FenceReason::paused};
  }
  return judge_silence(view, others, voices, by_most || newest, now - limit);
}

std::optional<TimePoint> failing_since(std::optional<TimePoint> before, FenceReason reason,
                                       TimePoint now) {
  const bool fails = reason == failing_over || reason == failover_hangs;
  return fails ? before.value_or(now) : std::optional<TimePoint>();
}

milliseconds elapsed(const std::optional<TimePoint>& since, TimePoint now) {
  return since ? std::chrono::duration_cast<milliseconds>(now - *since) : milliseconds{};
}

std::string describe(FenceReason reason) {
  switch (reason) {
    case no_fence:
      return "REDIS_FENCE is off, or this node is not a master";
    case FenceReason::foreign:
      return "the data here is not the group's";
    case FenceReason::named:
      return "the sentinels name this node the master";
    case alone:
      return "there is no other data node that could be promoted";
    case no_sentinel:
      return "no sentinel has answered yet";
    case undecided:
      return "no majority of sentinels names the same master";
    case all_linked:
      return "no majority of sentinels can be reached, and every replica is linked";
    case replaced:
      return "a majority of sentinels names another node";
    case others_may_have:
      return "this node has no keys, and not all others follow it yet";
    case newer_named:
      return "a sentinel names another node in a newer epoch";
    case failing_over:
      return "a sentinel is starting or running a failover";
    case failover_hangs:
      return "a sentinel's failover has come to nothing so far, and every replica is linked";
    case FenceReason::paused:
      return "the group is paused";
    case seems_down:
      return "a majority of sentinels considers this node down";
    case missed:
      return "a majority of sentinels has not reached this node for too long";
    case cut_off:
      return "no majority of sentinels can be reached, and a replica is not linked";
  }
  return {};
}

}  // namespace dkr
