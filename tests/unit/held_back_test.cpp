// Which replicas are held back from promotion, and when they are let go again.

#include "dkr/core/decide/held_back.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "dkr/core/base/timing.hpp"
#include "dkr/core/decide/node_standing.hpp"
#include "dkr/core/node/replica_priority.hpp"
#include "views.hpp"

namespace dkr {
namespace {

using std::chrono::milliseconds;

TEST(HeldBack, TheUsersPriorityIsInOurs) {
  for (const int own : {1, 10, 100, 147'483'646}) {
    EXPECT_GT(held_back(own), 1'000'000'000) << own;
    EXPECT_TRUE(is_held_back(held_back(own))) << own;
    EXPECT_EQ(own_priority(held_back(own)), own);
    EXPECT_EQ(held_back(held_back(own)), held_back(own)) << own;
    EXPECT_FALSE(is_held_back(own)) << own;
    EXPECT_EQ(own_priority(own), own);
  }
  EXPECT_LT(held_back(10), held_back(100))
      << "of two that are held back the preferred one is first";
  EXPECT_EQ(held_back(0), 0) << "nobody may promote it anyway";
  constexpr int most = std::numeric_limits<int>::max();
  EXPECT_EQ(held_back(most - 1), most - 1) << "it is the last as it is";
}

struct Row {
  std::string what;
  NodeView own;
  NodeView other;
  bool ahead;
};

NodeView of(const std::string& history, NodeView view) {
  view.replication_id = history;
  return view;
}

NodeView was_linked(NodeView view) {
  view.was_linked = true;
  return view;
}

TEST(HeldBack, AReplicaThatLacksWhatAnotherHas) {
  const NodeView mine = replica(me, c, 100);
  const std::vector<Row> rows{
      {"a byte more", mine, replica(b, c, 101), true},
      {"as much", mine, replica(b, c, 100), false},
      {"less", mine, replica(b, c, 99), false},
      {"a master always has more", mine, master(b, 900), false},
      {"one that loads will tell", mine, loading(replica(b, c, 900)), false},
      {"silent", mine, silent(b), false},
      {"of the history that the master has now, and in step", mine,
       of("new", linked(replica(b, c, 5))), true},
      {"both are in step", linked(mine), of("new", linked(replica(b, c, 5))), false},
      {"neither is", mine, of("new", replica(b, c, 5)), false},
      {"it is in step and has nothing", mine, of("new", linked(replica(b, c, 5, false))), false},
      {"this one has nothing yet", of("", replica(me, c, 0, false)), linked(replica(b, c, 5)),
       true},
      {"it has been in step, and this one has not", mine, of("new", was_linked(replica(b, c, 5))),
       true},
      {"both have been", was_linked(mine), of("new", was_linked(replica(b, c, 5))), false},
      {"it has been, and loads", mine, of("new", loading(was_linked(replica(b, c, 5)))), false},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(replica_ahead_of(row.own, {{}, {row.other}}) != nullptr, row.ahead) << row.what;
  }
}

TEST(HeldBack, AReplicaThatIsCutOffAndCannotSeeAnother) {
  const NodeView own = replica(me, c);
  const auto ahead = [&](std::vector<SentinelView> sentinels, std::vector<NodeView> nodes) {
    return replica_ahead_of(own, {listing(b, std::move(sentinels)), std::move(nodes)}) != nullptr;
  };
  EXPECT_TRUE(ahead(name(c, 1), {silent(b), silent(c)}));
  EXPECT_TRUE(ahead(name(c, 1), {silent(b)})) << "nobody has asked the master";
  EXPECT_FALSE(ahead(name(c, 2), {silent(b), silent(c)})) << "most sentinels are here";
  EXPECT_FALSE(ahead(name(c, 1), {silent(b), master(c)})) << "the master is here";
  EXPECT_FALSE(ahead(name(c, 1), {replica(b, c), silent(c)})) << "the other has no more";
  EXPECT_FALSE(ahead(name(c, 1), {silent({"10.0.0.9", 6379}), silent(c)})) << "no replica";
}

TEST(HeldBack, AtRestIsANodeThatExpectsNothing) {
  const std::vector<Endpoint> mine{me};
  const auto at_rest = [&](const NodeView& own, const std::vector<SentinelView>& heard,
                           const StateNote& note = {}) {
    return is_at_rest(note, {own, mine, {heard, {}}});
  };
  const NodeView own = linked(replica(me, b));
  EXPECT_TRUE(at_rest(own, name(b)));
  EXPECT_TRUE(at_rest(master(me), name(me)));
  EXPECT_FALSE(at_rest(replica(me, b), name(b))) << "it is not in its place";
  auto misses = name(b);
  misses.back().silence = longest_ping_gap + milliseconds(1);
  EXPECT_FALSE(at_rest(own, misses)) << "it may soon have to hold itself back";
  NodeView held = own;
  held.priority = held_back(100);
  EXPECT_FALSE(at_rest(held, name(b)));
  StateNote zeroed;
  zeroed.users_priority = 100;
  EXPECT_FALSE(at_rest(own, name(b), zeroed));
}

TEST(HeldBack, IsLetGoWhenItHasLongLackedNothing) {
  const milliseconds long_enough = held_back_grace;
  const milliseconds lacks{-1};
  NodeView own = was_linked(replica(me, b));
  own.priority = 10;
  EXPECT_EQ(wanted_priority(own, {}, lacks), held_back(10));
  EXPECT_EQ(wanted_priority(own, {}, milliseconds(0)), 10);
  own.priority = held_back(10);
  EXPECT_EQ(wanted_priority(own, {}, lacks), held_back(10));
  EXPECT_EQ(wanted_priority(own, {}, long_enough - milliseconds(1)), held_back(10));
  EXPECT_EQ(wanted_priority(own, {}, long_enough), 10);
  own.was_linked = false;
  EXPECT_EQ(wanted_priority(own, {}, long_enough), held_back(10)) << "it has just been started";
  own.role = NodeView::Role::master;
  EXPECT_EQ(wanted_priority(own, {}, milliseconds(0)), 10) << "a master lacks nothing";
}

TEST(HeldBack, NobodyPromotesAReplicaBeforeItsFirstSynchronization) {
  const milliseconds long_enough = held_back_grace;
  NodeView own = replica(me, b);
  own.priority = 0;
  EXPECT_EQ(wanted_priority(own, 10, long_enough), 0);
  own.was_linked = true;
  EXPECT_EQ(wanted_priority(own, 10, milliseconds(0)), 10) << "it has data, linked or not";
  EXPECT_EQ(wanted_priority(own, {}, long_enough), 0) << "the user's own";
  own.was_linked = false;
  own.role = NodeView::Role::master;
  EXPECT_EQ(wanted_priority(own, 10, milliseconds(0)), 10);
}

TEST(HeldBack, TheNoteDoesNotOutliveTheZero) {
  const std::vector<Endpoint> mine{me};
  NodeView own = linked(replica(me, b));
  own.priority = 0;
  const NodeStanding node{own, mine, {}};
  StateNote note;
  note.users_priority = 10;
  note = next_note(note, node, "redis");
  EXPECT_EQ(note.users_priority, 10);
  EXPECT_FALSE(is_outdated(note, node));
  own.priority = 10;
  EXPECT_TRUE(is_outdated(note, node))
      << "a start would take its data for nothing, and a zero of the user's for ours";
  note = next_note(note, node, "redis");
  EXPECT_FALSE(note.users_priority);
  EXPECT_FALSE(is_outdated(note, node));
  own.priority = 0;
  note.users_priority = 0;
  EXPECT_TRUE(is_outdated(note, node)) << "the user's is zero, too, and it has data";
}

}  // namespace
}  // namespace dkr
