// When a master takes no writes: every row of the verdict, and what must never happen.

#include "dkr/core/decide/fence.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "dkr/core/base/timing.hpp"
#include "fence_rows.hpp"

namespace dkr {
namespace {

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
      {"one of them is never promoted", both, unpromotable, guarded, all_linked},
  });
  EXPECT_EQ(verdict_of({"", both, heard(name(me), 0), guarded, all_linked}).replicas, 2);
  EXPECT_EQ(verdict_of({"", both, unpromotable, guarded, all_linked}).replicas, 2);
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
  FenceRow row{"nobody has been heard for long", both, heard(name(me), 0), closed, cut_off};
  row.own_heard = now - 1min;
  expect({row});
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
      {"none may be promoted", both, unpromotable, open, alone},
      {"none might be when one was linked", one_missing, unpromotable, closed, cut_off},
      {"it is a replica", replica(me, b), heard(name(b)), open, no_fence, closed},
      {"it has not answered yet", silent(me), heard(name(b)), open, no_fence},
  });
  FenceRow foreign{"its data is not the group's", lonely, heard(name(b)), open,
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
    EXPECT_EQ(fence_after(settings, sights, {}), row.expected) << row.what;
  }
  const GroupMemory noted{{}, {}, 1000ms};
  EXPECT_EQ(fence_after(usual(), {}, noted), 500ms) << "as noted, before any has answered";
  Sights heard{{names(me, 0)}};
  heard.back().view.down_after = 4000ms;
  EXPECT_EQ(fence_after(usual(), heard, noted), 2000ms) << "as it is now";
}

TEST(Fence, AFailoverThatHangsClosesNoMasterWhoseReplicasAreAllLinked) {
  const auto failing = heard({seeing("master,failover_in_progress", names(me, 0)), names(me, 1)});
  const auto verdict = [&](const NodeView& own, milliseconds failing_for) {
    FenceView view{own, now, failing, {}, start, closed};
    view.failing_for = failing_for;
    return judge_fence(usual(), view, {me}, now);
  };
  const milliseconds long_enough = hung_failover_grace;
  EXPECT_EQ(verdict(both, long_enough - 1ms).gate, closed);
  EXPECT_EQ(verdict(one_missing, long_enough).gate, closed) << "it may have been promoted";
  const FenceVerdict at_last = verdict(both, long_enough);
  EXPECT_EQ(at_last.gate, guarded);
  EXPECT_EQ(at_last.reason, failover_hangs);
  EXPECT_EQ(at_last.replicas, 2);
}

TEST(Fence, EveryReasonIsALineOfItsOwn) {
  std::set<std::string> lines;
  for (int reason = 0; reason <= static_cast<int>(cut_off); ++reason) {
    lines.insert(describe(static_cast<FenceReason>(reason)));
  }
  EXPECT_EQ(lines.size(), static_cast<std::size_t>(cut_off) + 1);
  EXPECT_FALSE(lines.contains(""));
}

/// A sentinel of three or more, and when it was heard. It knows so many others, those before it.
SentinelSight sight_of(std::size_t which, std::optional<TimePoint> heard, std::size_t known) {
  return {names(me, which, 1, known), heard};
}

TEST(Fence, ForgetsASilentSentinelWhenTheOthersAreTooFewToFailOver) {
  const auto speaks = [](std::size_t which, std::size_t known) {
    return sight_of(which, now, known);
  };
  const auto silent = [](std::size_t which, std::size_t known) {
    return sight_of(which, now - 2min, known);
  };
  SentinelSight moved = speaks(2, 3);
  moved.view.at = sentinel_at(7);
  const SentinelSight gone = silent(2, 3);
  struct ForgottenRow {
    const char* what;
    Sights others;
    bool forgotten;
  };
  const std::vector<ForgottenRow> rows{
      {"two of three do not know it", {speaks(0, 2), speaks(1, 2)}, true},
      {"one of them still does", {speaks(0, 2), speaks(1, 3)}, false},
      {"one alone was made to forget all", {speaks(0, 1), silent(1, 3)}, false},
      {"all are silent", {silent(0, 3), silent(1, 3)}, false},
      {"it speaks from elsewhere", {moved, silent(1, 3)}, true},
      {"two of four", {speaks(0, 2), speaks(1, 2), silent(3, 4)}, true},
      {"two of five", {speaks(0, 2), speaks(1, 2), silent(3, 5), silent(4, 5)}, false},
  };
  for (const ForgottenRow& row : rows) {
    Sights all = row.others;
    all.push_back(gone);
    EXPECT_EQ(is_forgotten(gone, all, now - 1min), row.forgotten) << row.what;
  }
  const SentinelSight never = sight_of(1, std::nullopt, 3);
  EXPECT_TRUE(is_forgotten(never, {gone, never}, now - 1min));
  EXPECT_FALSE(is_forgotten(speaks(0, 1), {speaks(0, 1), gone}, now - 1min));
}

}  // namespace
}  // namespace dkr
