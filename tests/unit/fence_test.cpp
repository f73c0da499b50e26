// When a master takes no writes: every row of the verdict, and what must never happen.

#include "dkr/core/decide/fence.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "views.hpp"

namespace dkr {
namespace {

using namespace std::chrono_literals;
using enum FenceReason;
using std::chrono::milliseconds;

using Names = std::vector<SentinelView>;
using Sights = std::vector<SentinelSight>;

constexpr TimePoint start = TimePoint{} + 1h;
constexpr TimePoint now = start + 1h;
constexpr Gate open = Gate::open;
constexpr Gate guarded = Gate::guarded;
constexpr Gate closed = Gate::closed;

/// What was heard of sentinels that know both replicas; so many of them answer still.
Sights heard(Names views, std::size_t lately) {
  Sights all;
  for (SentinelView& view : views) {
    if (view.replicas.empty()) {
      view.replicas = {{b, "", ServerFlags("slave")}, {c, "", ServerFlags("slave")}};
    }
    all.push_back({view, all.size() < lately ? now : now - 1min});
  }
  return all;
}

Sights heard(const Names& views) {
  return heard(views, views.size());
}

Sights alarmed(Sights sights) {
  sights.front().alarmed = true;
  return sights;
}

/// The last one that answers has voted, so long ago.
Sights voted(Sights sights, milliseconds ago) {
  for (SentinelSight& sight : sights) {
    if (sight.heard == now) {
      sight.voted = Vote{now - ago, ids.at(2), 2};
    }
  }
  return sights;
}

SentinelView seeing(const std::string& flags, SentinelView view) {
  view.flags = ServerFlags(flags);
  return view;
}

NodeView with(std::vector<Endpoint> replicas) {
  NodeView view = master(me);
  view.replicas = std::move(replicas);
  return view;
}

const NodeView both = with({b, c});
const NodeView one_missing = with({b});
const NodeView lonely = with({});

struct Row {
  std::string what;
  NodeView own;
  Sights sights;
  Gate gate;
  FenceReason reason;
  Gate before = open;
  TimePoint since = start;
  std::vector<Endpoint> peers = {};
  TimePoint own_heard = now;
  GroupMemory memory = {};
  bool foreign = false;
};

FenceVerdict verdict_of(const Row& row, const Settings& settings = usual()) {
  return judge_fence(settings,
                     {row.own, row.own_heard, row.sights, row.peers, row.since, row.before,
                      row.foreign, row.memory},
                     {me}, now);
}

void expect(const std::vector<Row>& rows, const Settings& settings = usual()) {
  for (const Row& row : rows) {
    const FenceVerdict verdict = verdict_of(row, settings);
    EXPECT_EQ(verdict.gate, row.gate) << row.what;
    EXPECT_EQ(verdict.reason, row.reason) << row.what << ": " << describe(verdict.reason);
  }
}

Names eight() {
  Names all;
  for (std::size_t which = 0; which < ids.size(); ++which) {
    all.push_back(names(me, which, 1, ids.size()));
  }
  return all;
}

TEST(Fence, AMasterThatWasReplacedTakesNoWrites) {
  const Sights two = heard({names(b, 0), names(b, 1), names(me, 2)});
  const Names later{names(b, 0, 2), names(me, 1), names(me, 2)};
  expect({
      {"all name another", both, heard(name(b)), closed, replaced},
      {"two of three do", both, two, closed, replaced},
      {"the third does not answer", both, heard(name(b), 2), closed, replaced},
      {"nobody is left here", lonely, heard(name(b)), closed, replaced},
      {"one does, later than the rest name this node", both, heard(later), closed, newer_named},
      {"that one alone answers", both, heard(later, 1), closed, newer_named},
  });
}

TEST(Fence, AClosedMasterOpensOnceMostSentinelsHaveReachedIt) {
  const auto unheard = [](std::size_t which) {
    SentinelView view = names(me, which);
    view.down_after = milliseconds(5000);
    view.silence = milliseconds(2501);
    return view;
  };
  const Sights most = heard({unheard(0), unheard(1), names(me, 2)});
  const Sights one = heard({unheard(0), names(me, 1), names(me, 2)});
  expect({
      {"most have not", both, most, closed, missed, closed},
      {"one has not", both, one, open, named, closed},
      {"it has not been closed", both, most, open, named, open},
  });
}

TEST(Fence, AMasterThatIsBeingReplacedTakesNoWrites) {
  const SentinelView second = names(me, 1);
  const SentinelView third = names(me, 2);
  const SentinelView odown = seeing("s_down,o_down,master", names(me, 0));
  const SentinelView failover = seeing("master,failover_in_progress", names(me, 0));
  const SentinelView one = seeing("s_down,master", names(me, 0));
  const SentinelView other = seeing("s_down,master", second);
  const SentinelView foreign = seeing("master,failover_in_progress", names(b, 0));
  const Sights others_failover = heard({foreign, names(me, 1, 2), names(me, 2, 2)});
  expect({
      {"the quorum finds it down", both, heard({odown, second, third}), closed, failing_over},
      {"a sentinel fails over", both, heard({failover, second, third}), closed, failing_over},
      {"a sentinel has told so unasked", both, alarmed(heard(name(me))), closed, failing_over},
      {"one voted for one out of reach", both, voted(heard(name(me), 2), 4999ms), closed,
       failing_over},
      {"long ago", both, voted(heard(name(me), 2), 5000ms), open, FenceReason::named},
      {"all are in reach", both, voted(heard(name(me)), 0ms), open, FenceReason::named},
      {"most find it down", both, heard({one, other, third}), closed, seems_down},
      {"one finds it down", both, heard({one, second, third}), open, named},
      {"the one that does is away", both, heard({second, third, failover}, 2), open, named},
      {"another's failover is nothing to this one", both, others_failover, open, named},
  });
}

TEST(Fence, NoFalseFenceWhileMostSentinelsNameThisNode) {
  const Sights one_differs = heard({names(b, 0), names(me, 1), names(me, 2)});
  expect({
      {"all do", both, heard(name(me)), open, named},
      {"one sentinel is away", both, heard(name(me), 2), open, named},
      {"a replica is missing", one_missing, heard(name(me), 2), open, named},
      {"all replicas are missing", lonely, heard(name(me), 2), open, named},
      {"it was closed before", both, heard(name(me), 2), open, named, closed},
      {"five of eight", lonely, heard(eight(), 5), open, named},
      {"one names another, in the same epoch", both, one_differs, open, named},
  });
}

TEST(Fence, APromotedReplicaTakesWritesAsSoonAsTheLeaderNamesIt) {
  const Sights leader = heard({names(me, 0, 2), names(b, 1), names(b, 2)});
  const Sights first_leader = heard({names(me, 0, 1), names(b, 1, 0), names(b, 2, 0)});
  expect({
      {"the others name the old master", both, leader, open, named, closed},
      {"nobody follows yet", lonely, leader, open, named, closed},
      {"in the first epoch of all", lonely, first_leader, open, named},
  });
}

TEST(Fence, NoFalseFenceWhileEveryReplicaIsLinked) {
  const Sights one_of_two = heard({names(me, 0, 1, 2), names(me, 1, 1, 2)}, 1);
  Sights unpromotable = heard(name(me), 0);
  for (SentinelSight& sight : unpromotable) {
    sight.view.replicas[1].priority = 0;
  }
  expect({
      {"all sentinels are away", both, heard(name(me), 0), guarded, all_linked},
      {"two of three are", both, heard(name(me), 1), guarded, all_linked},
      {"one of two is", both, one_of_two, guarded, all_linked},
      {"five of eight are", both, heard(eight(), 3), guarded, all_linked},
      {"half of eight are", both, heard(eight(), 4), guarded, all_linked},
      {"it was closed before", both, heard(name(me), 0), guarded, all_linked, closed},
      {"the missing one is never promoted", one_missing, unpromotable, guarded, all_linked},
  });
  EXPECT_EQ(verdict_of({"", both, heard(name(me), 0), guarded, all_linked}).replicas, 2);
  EXPECT_EQ(verdict_of({"", one_missing, unpromotable, guarded, all_linked}).replicas, 1);
}

TEST(Fence, AMasterThatIsCutOffWithoutAReplicaTakesNoWrites) {
  const Sights away = heard(name(me), 0);
  const Sights telling_nothing{{names(me, 0), now - 1min}};
  const TimePoint late = now - 1s;
  expect({
      {"all are away", lonely, away, closed, cut_off},
      {"one replica is left", one_missing, away, closed, cut_off},
      {"one sentinel is left", one_missing, heard(name(me), 1), closed, cut_off},
      {"five of eight sentinels are away", one_missing, heard(eight(), 3), closed, cut_off},
      {"a peer that nobody tells of",
       one_missing,
       telling_nothing,
       closed,
       cut_off,
       open,
       start,
       {b, c}},
      {"the watch has only begun", lonely, away, open, undecided, open, late},
      {"and the gate is closed", lonely, away, closed, undecided, closed, late},
  });
}

TEST(Fence, WhatWasSeenBeforeAPauseOfTheContainerCountsNoMore) {
  Row row{"nobody has been heard for long", both, heard(name(me), 0), closed, cut_off};
  row.own_heard = now - 1min;
  expect({row});
}

/// A sentinel that answers at a second address, too.
Sights twice(SentinelView sentinel, Sights others) {
  for (const std::size_t door : {100U, 101U}) {
    sentinel.at = sentinel_at(door);
    Sights sight = heard({sentinel});
    others.insert(others.begin(), sight.front());
  }
  return others;
}

TEST(Fence, ASentinelIsOneHoweverManyAddressesItHas) {
  const SentinelView down = seeing("s_down,master", names(me, 0));
  SentinelView gap = names(me, 0);
  gap.down_after = milliseconds(5000);
  gap.silence = milliseconds(2501);
  const Sights others_away = heard({names(me, 1), names(me, 2)}, 0);
  const Sights others = heard({names(me, 1), names(me, 2)});
  Sights one_voted = twice(names(me, 0), heard({names(me, 1), names(me, 2)}, 1));
  one_voted.front().voted = Vote{now - 1s, ids.at(2), 2};
  expect({
      {"it is no majority", lonely, twice(names(me, 0), others_away), closed, cut_off},
      {"it has one word on who is down", both, twice(down, others), open, named},
      {"and one on whom it misses", both, twice(gap, others), open, named, closed},
      {"it is not all that are in reach", both, one_voted, closed, failing_over},
  });
}

TEST(Fence, WhoIsNamedInPlaceOfThisNodeIsAnotherDataNode) {
  SentinelView returned = names(b, 0);
  returned.replicas = {{me, "", ServerFlags("slave")}};
  SentinelView first = returned;
  first.config_epoch = 0;
  expect({
      {"in a newer epoch", lonely, {{returned, now}}, closed, newer_named, closed},
      {"in no epoch at all", lonely, {{first, now}}, closed, cut_off, closed},
  });
}

TEST(Fence, AReplicaThatIsDownMayComeBackWithAnotherPriority) {
  Sights away = heard(name(me), 0);
  for (SentinelSight& sight : away) {
    for (KnownServer& replica : sight.view.replicas) {
      replica.priority = 0;
      replica.flags = ServerFlags("slave,s_down,disconnected");
    }
  }
  expect({{"it told 0 when it stopped", lonely, away, closed, cut_off}});
}

TEST(Fence, AGuardAsksForAllThatAreLinked) {
  const Endpoint backup{"10.0.0.4", 6379};
  Sights away = heard(name(me), 0);
  for (SentinelSight& sight : away) {
    sight.view.replicas.push_back({backup, "", ServerFlags("slave"), 0});
  }
  const Row row{"one more than may be promoted", with({b, c, backup}), away, guarded, all_linked};
  EXPECT_EQ(verdict_of(row).replicas, 3) << "the backup is not there in place of another";
}

TEST(Fence, ANewWatcherCountsOnThoseThatTheNoteKnows) {
  const auto row = [](const char* what, const NodeView& own, Gate gate, FenceReason reason,
                      const GroupMemory& memory, TimePoint since) {
    return Row{what, own, {}, gate, reason, open, since, {}, now, memory};
  };
  const GroupMemory both_replicas{{sentinel_at(0), sentinel_at(1)}, {b, c}};
  const GroupMemory nobody_else{{sentinel_at(0)}, {}};
  const GroupMemory no_sentinels{{}, {b}};
  const TimePoint late = now - 1s;
  expect({
      row("it has just begun", lonely, open, undecided, both_replicas, late),
      row("nobody has answered it", lonely, closed, cut_off, both_replicas, start),
      row("all are linked", both, guarded, all_linked, both_replicas, start),
      row("there never was another node", lonely, open, alone, nobody_else, start),
      row("there never was a sentinel", lonely, open, no_sentinel, no_sentinels, start),
  });
}

TEST(Fence, WhatIsRememberedIsWhatWasHeard) {
  const GroupMemory old{{sentinel_at(7)}, {c}};
  FenceView view;
  view.memory = old;
  view.sentinels = {{SentinelView{}}};
  EXPECT_EQ(memory_of(view, {me}), old) << "nobody has answered";
  view.sentinels = heard({names(me, 1), names(me, 0)});
  view.sentinels.front().view.replicas = {{b, "", ServerFlags("slave"), 0}};
  const GroupMemory expected{{sentinel_at(0), sentinel_at(1)}, {b, c}};
  EXPECT_EQ(memory_of(view, {me}), expected);
  view.sentinels.back().view.replicas = {};
  EXPECT_EQ(memory_of(view, {me}).replicas, std::vector<Endpoint>{}) << "the backup is no heir";
}

TEST(Fence, AServerThatRefusesTooLateIsNotTrustedWithTheGuard) {
  for (const auto& [down_after, gate] : {std::pair{3999ms, closed}, {4000ms, guarded}}) {
    Sights away = heard(name(me), 0);
    for (SentinelSight& sight : away) {
      sight.view.down_after = down_after;
    }
    EXPECT_EQ(verdict_of({"", both, away, gate, all_linked}).gate, gate) << down_after.count();
  }
}

TEST(Fence, ASentinelThatHasNotReachedTheMasterMayCallItDownSooner) {
  for (const auto& [silence, gate] : {std::pair{1500ms, open}, {3900ms, open}, {4900ms, closed}}) {
    Sights sights = heard(name(me));
    for (SentinelSight& sight : sights) {
      sight.heard = now - 100ms;
      sight.view.down_after = 5000ms;
      sight.view.silence = silence;
    }
    EXPECT_EQ(verdict_of({"", lonely, sights, gate, named}).gate, gate) << silence.count();
  }
}

TEST(Fence, AVoteCountsWhereItsLeaderIsOutOfReachAndItsEpochIsNewer) {
  const auto voting = [](const std::string& leader, std::uint64_t epoch) {
    Sights sights = heard(name(me), 2);
    sights.front().voted = Vote{now - 1s, leader, epoch};
    return sights;
  };
  expect({
      {"the third one fails over", both, voting(ids.at(2), 2), closed, failing_over},
      {"it promoted this node", both, voting(ids.at(2), 1), open, named},
      {"the voter itself does, and would say so", both, voting(ids.at(0), 2), open, named},
      {"another that answers does", both, voting(ids.at(1), 2), open, named},
      {"nobody can say who", both, voting("", 0), closed, failing_over},
  });
}

TEST(Fence, AVoteIsReadAsItIsTold) {
  const Vote vote = parse_vote("3cab 17", now);
  EXPECT_EQ(vote.leader, "3cab");
  EXPECT_EQ(vote.epoch, 17U);
  EXPECT_EQ(vote.at, now);
  EXPECT_EQ(parse_vote("3cab", now).epoch, 0U);
  EXPECT_EQ(parse_vote("", now).leader, "");
}

TEST(Fence, AGuardIsTooSlowWhereTheSentinelsAreAboutToCallTheMasterDown) {
  for (const auto& [silence, gate] :
       {std::pair{5500ms, open}, {11000ms, guarded}, {17000ms, closed}}) {
    Sights sights = heard(name(me));
    for (SentinelSight& sight : sights) {
      sight.view.down_after = 20000ms;
      sight.view.silence = silence;
    }
    EXPECT_EQ(verdict_of({"", both, sights, gate, named}).gate, gate) << silence.count();
  }
}

TEST(Fence, WhatASentinelSaysCountsHoweverLongItHasNotReachedTheMaster) {
  Sights down = heard(
      {seeing("s_down,master", names(me, 0)), seeing("s_down,master", names(me, 1)), names(me, 2)});
  Sights failover =
      heard({seeing("master,failover_in_progress", names(me, 0)), names(me, 1), names(me, 2)});
  for (Sights* sights : {&down, &failover}) {
    for (SentinelSight& sight : *sights) {
      sight.view.down_after = 5000ms;
      sight.view.silence = 9000ms;
    }
  }
  expect({
      {"most call it down, and every replica is linked", both, down, closed, seems_down},
      {"one fails over", both, failover, closed, failing_over},
  });
}

TEST(Fence, AGateStaysAsItIsWhileNothingIsKnown) {
  const Sights unheard{{SentinelView{}}, {SentinelView{}}};
  const Sights split = heard({names(me, 0), names(b, 1), names(c, 2)}, 2);
  expect({
      {"no sentinel is known", lonely, {}, open, no_sentinel, open, start, {b}},
      {"none has answered", lonely, unheard, open, no_sentinel, open, start, {b}},
      {"it starts closed", lonely, unheard, closed, undecided, closed, now - 1s, {b}},
      {"and stays so", lonely, unheard, closed, cut_off, closed, start, {b}},
      {"the sentinels disagree", both, split, open, undecided, open},
      {"and it is guarded", both, split, guarded, undecided, guarded},
      {"and it is closed", both, split, closed, undecided, closed},
  });
}

TEST(Fence, WithoutAnotherDataNodeThereIsNothingToFence) {
  const Sights no_replicas{{names(me, 0), now - 1min}};
  Sights unpromotable = heard(name(me), 0);
  for (SentinelSight& sight : unpromotable) {
    for (KnownServer& replica : sight.view.replicas) {
      replica.priority = 0;
    }
  }
  expect({
      {"sentinels are away", lonely, no_replicas, open, alone, closed},
      {"none is known", lonely, {}, open, alone},
      {"none may be promoted", one_missing, unpromotable, open, alone},
      {"it is a replica", replica(me, b), heard(name(b)), open, no_fence, closed},
      {"it has not answered yet", silent(me), heard(name(b)), open, no_fence},
  });
  Row foreign{"its data is not the group's", lonely, heard(name(b)), open,
              FenceReason::foreign,          closed};
  foreign.foreign = true;
  expect({foreign});
  Settings off = usual();
  off.fence.value = false;
  expect({{"REDIS_FENCE is off", lonely, heard(name(b)), open, no_fence, closed}}, off);
}

TEST(Fence, ASentinelIsOutOfReachWhenItsAnswerIsTooOld) {
  Settings settings = usual();
  settings.fence_after = {1000ms, true};
  for (const auto& [age, gate] : {std::pair{0ms, open}, {1000ms, open}, {1001ms, closed}}) {
    Sights sights = heard(name(me));
    for (SentinelSight& sight : sights) {
      sight.heard = now - age;
    }
    EXPECT_EQ(verdict_of({"", lonely, sights, gate, named}, settings).gate, gate) << age.count();
  }
}

struct AfterRow {
  std::string what;
  std::vector<milliseconds> down_after;
  Setting<milliseconds> fence_after;
  milliseconds expected;
};

TEST(Fence, ClosesBeforeASentinelCanHaveFoundTheNodeDown) {
  const std::vector<AfterRow> rows{
      {"REDIS_FENCE_AFTER_MS", {4000ms}, {9000ms, true}, 9000ms},
      {"half of what the sentinels call down", {4000ms}, {}, 2000ms},
      {"of the quickest", {8000ms, 3000ms, 5000ms}, {}, 1500ms},
      {"one has not answered", {0ms, 4000ms}, {}, 2000ms},
      {"at most", {60000ms}, {}, 5000ms},
      {"half of REDIS_DOWN_AFTER_MS where none has answered", {0ms}, {}, 3000ms},
      {"or none is known", {}, {}, 3000ms},
  };
  for (const AfterRow& row : rows) {
    Settings settings = usual();
    settings.down_after.value = 6000ms;
    settings.fence_after = row.fence_after;
    Sights sights;
    for (const milliseconds down_after : row.down_after) {
      sights.push_back({names(me, 0)});
      sights.back().view.down_after = down_after;
    }
    EXPECT_EQ(fence_after(settings, sights), row.expected) << row.what;
  }
}

TEST(Fence, EveryReasonIsALineOfItsOwn) {
  std::set<std::string> lines;
  for (int reason = 0; reason <= static_cast<int>(cut_off); ++reason) {
    lines.insert(describe(static_cast<FenceReason>(reason)));
  }
  EXPECT_EQ(lines.size(), static_cast<std::size_t>(cut_off) + 1);
  EXPECT_FALSE(lines.contains(""));
}

TEST(Fence, ForgetsASentinelThatIsSilentWhileAnotherSpeaks) {
  const SentinelSight silent{{}, now - 2min};
  const SentinelSight speaks{{}, now};
  const SentinelSight never{};
  EXPECT_TRUE(is_forgotten(silent, {silent, speaks}, now - 1min));
  EXPECT_FALSE(is_forgotten(speaks, {silent, speaks}, now - 1min));
  EXPECT_FALSE(is_forgotten(silent, {silent, silent, never}, now - 1min));
  EXPECT_TRUE(is_forgotten(never, {silent, never}, now - 1min));
}

}  // namespace
}  // namespace dkr
