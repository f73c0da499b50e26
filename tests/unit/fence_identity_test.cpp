// Who counts for the fence: sentinels by their ids, heirs, what is remembered, and whose votes.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "dkr/core/decide/fence.hpp"
#include "fence_rows.hpp"

namespace dkr {
namespace {

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

TEST(Fence, AReplicaThatWasHeldBackWhenItStoppedMayComeBack) {
  Sights away = heard(name(me), 0);
  for (SentinelSight& sight : away) {
    for (KnownServer& replica : sight.view.replicas) {
      replica.priority = held_back(100);
      replica.flags = ServerFlags("slave,s_down,disconnected");
    }
  }
  expect({{"it told so when it stopped", lonely, away, closed, cut_off}});
}

TEST(Fence, AGuardAsksForAllThatAreLinked) {
  const Endpoint backup{"10.0.0.4", 6379};
  Sights away = heard(name(me), 0);
  for (SentinelSight& sight : away) {
    sight.view.replicas.push_back({backup, "", ServerFlags("slave"), 0});
  }
  const FenceRow row{"one more than may be promoted", with({b, c, backup}), away, guarded,
                     all_linked};
  EXPECT_EQ(verdict_of(row).replicas, 3) << "the backup is not there in place of another";
}

TEST(Fence, ANewWatcherCountsOnThoseThatTheNoteKnows) {
  const auto row = [](const char* what, const NodeView& own, Gate gate, FenceReason reason,
                      const GroupMemory& memory, TimePoint since) {
    return FenceRow{what, own, {}, gate, reason, open, since, {}, now, memory};
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

TEST(Fence, AnEmptyMasterOpensWhenAllFollowThatCouldHaveMore) {
  const auto emptied = [](std::vector<Endpoint> replicas) {
    NodeView view = with(std::move(replicas));
    view.keys = 0;
    return view;
  };
  NodeView promoted = emptied({b});
  promoted.former_id = "h";
  const Endpoint backup{"10.0.0.4", 6379};
  Sights one_more = heard(name(me));
  one_more.front().view.replicas.push_back({backup, "", ServerFlags("slave"), 0});
  const Sights known = heard(name(me));
  const TimePoint late = now - 59s;
  expect({
      {"one is away", emptied({b}), known, closed, others_may_have, closed, late},
      {"for long", emptied({b}), known, open, named, closed, now - 60s},
      {"all are there", emptied({b, c}), known, open, named, closed, late},
      {"not the backup", emptied({b, c}), one_more, closed, others_may_have, closed, late},
      {"it has keys", one_missing, known, open, named, closed, late},
      {"it was promoted", promoted, known, open, named, closed, late},
      {"it is open, and was emptied", emptied({b}), known, open, named, open, late},
      {"no sentinel knows any", emptied({b}), {}, closed, others_may_have, closed, late, {c}},
  });
  FenceRow drained{"its note is older", emptied({b}), known, open, named, closed, late};
  drained.noted = true;
  expect({drained});
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
  EXPECT_EQ(memory_of(view, {me}).replicas, std::vector{b}) << "it may have another priority now";
  view.own.replicas = {b};
  EXPECT_EQ(memory_of(view, {me}).replicas, std::vector{b}) << "a backup may be the next master";
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

TEST(Fence, AVoteInTheGroupCountsFromWhenItWasFirstTold) {
  const auto told = [](const std::string& leader, std::uint64_t epoch, milliseconds ago) {
    Sights sights = heard(name(me), 2);
    take_vote(sights.front(), {now - ago, leader, epoch});
    take_vote(sights.front(), {now, leader, epoch});
    return sights;
  };
  const Sights none = told("", 0, 0ms);
  expect({
      {"the third one may have promoted another", both, told(ids.at(2), 2, 9999ms), closed,
       failing_over},
      {"for long nobody was", both, told(ids.at(2), 2, 10s), open, named},
      {"this node was", both, told(ids.at(2), 1, 0ms), open, named},
      {"the other that answers would say so", both, told(ids.at(1), 2, 0ms), open, named},
      {"the voter has started since, and forgot whom", both, told("", 2, 0ms), closed,
       failing_over},
      {"it has never voted", both, none, open, named},
  });
}

TEST(Fence, OfAllVotesInTheGroupTheNewestIsKnown) {
  Sights sights = heard(name(me), 2);
  EXPECT_EQ(newest_vote(sights).epoch, 0U);
  take_vote(sights.at(0), {now, ids.at(2), 9});
  take_vote(sights.at(1), {now, ids.at(0), 7});
  EXPECT_EQ(newest_vote(sights).epoch, 9U);
  EXPECT_EQ(newest_vote(sights).leader, ids.at(2));
}

TEST(Fence, AVoteInTheGroupIsReadAsItIsTold) {
  const auto reply = [](const std::string& leader, long long epoch) {
    Reply all{Reply::Kind::list, "", 0, {}};
    all.items.push_back({Reply::Kind::integer, "", 1, {}});
    all.items.push_back({Reply::Kind::text, leader, 0, {}});
    all.items.push_back({Reply::Kind::integer, "", epoch, {}});
    return all;
  };
  const Vote vote = vote_in(reply("3cab", 17), now);
  EXPECT_EQ(vote.leader, "3cab");
  EXPECT_EQ(vote.epoch, 17U);
  EXPECT_EQ(vote.at, now);
  EXPECT_EQ(vote_in(reply("*", 17), now).leader, "") << "the sentinel has started since";
  EXPECT_EQ(vote_in(reply("*", 17), now).epoch, 17U);
  EXPECT_EQ(vote_in(reply("*", 0), now).epoch, 0U);
  EXPECT_EQ(vote_in(reply("3cab", -1), now).epoch, 0U);
  EXPECT_EQ(vote_in({Reply::Kind::error, "ERR", 0, {}}, now).epoch, 0U);
}

TEST(Fence, OfTwoNamesInOneEpochTheNewOneCounts) {
  const Sights differ = heard({names(b, 0, 2), names(me, 1, 2), names(me, 2, 2)});
  FenceRow old{"its note tells of an older epoch", both, differ, closed, newer_named};
  FenceRow promoted{"it was promoted in this one", both, differ, open, named};
  promoted.epoch = 2;
  expect({old, promoted});
}

TEST(Fence, AVoteIsReadAsItIsTold) {
  const Vote vote = parse_vote("3cab 17", now);
  EXPECT_EQ(vote.leader, "3cab");
  EXPECT_EQ(vote.epoch, 17U);
  EXPECT_EQ(vote.at, now);
  EXPECT_EQ(parse_vote("3cab", now).epoch, 0U);
  EXPECT_EQ(parse_vote("", now).leader, "");
}

}  // namespace
}  // namespace dkr
