// What is not known never counts as "no": who has more, who lives, who is empty, who may be
// promoted.

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "dkr/core/base/timing.hpp"
#include "dkr/core/decide/running_role.hpp"
#include "dkr/core/decide/start_role.hpp"
#include "start_role_rows.hpp"
#include "views.hpp"

namespace dkr {
namespace {

using namespace std::chrono_literals;
using enum RoleCase::Kind;
using Action = RoleAction;
using std::chrono::milliseconds;

constexpr milliseconds peer_wait = 60s;

/// The named master of an epoch, whose note is of an older one.
NodeData noted(std::uint64_t epoch) {
  NodeData local = was_master;
  local.identity = {{me}, true, epoch};
  return local;
}

NodeView with_former(const std::string& history, NodeView view) {
  view.former_id = history;
  return view;
}

NodeView unpromotable(NodeView view) {
  view.priority = 0;
  return view;
}

NodeView failed(Failure::Kind kind, NodeView view) {
  view.failure = Failure{kind, "why"};
  return view;
}

TEST(Claims, ANoteOfAnOlderEpochDoesNotKnowWhatCameAfterIt) {
  const NodeView later = node(b, NodeView::Role::replica, me, 900, true, "later");
  const NodeView elsewhere = node(b, NodeView::Role::replica, c, 900, true, "later");
  const NodeView empty = node(b, NodeView::Role::replica, me, 900, false, "later");
  expect({
      {"it followed this node after that",
       noted(0),
       {name(me), {later}},
       Action::promote,
       named_but_older,
       b},
      {"the note is of this epoch",
       noted(1),
       {name(me), {later}},
       Action::be_master,
       named_and_fresh},
      {"it follows another", noted(0), {name(me), {elsewhere}}, Action::be_master, named_and_fresh},
      {"it has nothing", noted(0), {name(me), {empty}}, Action::be_master, named_and_fresh},
      {"it has been linked to this node since its start",
       noted(1),
       {name(me), {linked(later)}},
       Action::promote,
       named_but_older,
       b},
      {"its history continues the noted one, from before the end of the data",
       noted(0),
       {name(me), {with_former("h", node(b, NodeView::Role::replica, me, 90, true, "later"))}},
       Action::promote,
       named_but_older,
       b},
      {"its history continues the noted one",
       noted(1),
       {name(me), {with_former("h", later)}},
       Action::promote,
       named_but_older,
       b},
  });
}

TEST(Claims, WhatNoNoteDescribesMayBeOlder) {
  expect({
      {"a replica",
       unsure_master,
       {name(me), {replica(b, me)}},
       Action::promote,
       named_but_older,
       b},
      {"without keys",
       unsure_master,
       {name(me), {replica(b, me, 0, false)}},
       Action::be_master,
       named_and_fresh},
  });
}

TEST(Claims, NoFailoverIsAskedForWhereASentinelIsAboutToBeginOne) {
  const auto after = [](milliseconds silence, Action action) {
    auto sentinels = name(me);
    sentinels.front().down_after = 5s;
    sentinels.front().silence = silence;
    return RoleRow{"", old_master, {sentinels, {replica(b, me)}}, action, named_but_older, b};
  };
  expect({after(3s, Action::promote), after(4s, Action::wait), after(7s, Action::wait),
          after(8s, Action::promote)});
  const auto of_quorum = [](milliseconds one, milliseconds other, Action action) {
    auto sentinels = name(me);
    for (SentinelView& sentinel : sentinels) {
      sentinel.down_after = 5s;
      sentinel.quorum = 2;
    }
    sentinels[0].silence = one;
    sentinels[1].silence = other;
    return RoleRow{"", old_master, {sentinels, {replica(b, me)}}, action, named_but_older, b};
  };
  expect({of_quorum(4s, 3s, Action::promote), of_quorum(4s, 4s, Action::wait),
          of_quorum(4s, 60s, Action::wait), of_quorum(8s, 60s, Action::promote)});
}

TEST(Claims, NoFailoverIsAskedForThatMayPromoteASilentReplica) {
  const auto at = [](int priority, milliseconds waited, Action action) {
    auto sentinels = name(me);
    for (SentinelView& sentinel : sentinels) {
      sentinel.replicas = {{b, "", ServerFlags("slave"), 100},
                           {c, "", ServerFlags("slave"), priority}};
    }
    const GroupView view{sentinels, {replica(b, me), silent(c)}};
    return RoleRow{"", old_master, view, action, named_but_older, b, waited};
  };
  expect({
      at(50, 0s, Action::wait),
      at(50, returning_master_grace - 1ms, Action::wait),
      at(50, returning_master_grace, Action::promote),
      at(100, 0s, Action::promote),  // the sentinel knows that it has less
      at(200, 0s, Action::promote),
      at(0, 0s, Action::promote),
  });
}

TEST(Claims, AReplicaThatHasLessStaysAwayFromSentinelsThatWouldPromoteIt) {
  const GroupView view{name(c), {replica(b, c, 200), silent(c)}};
  const auto at = [&](milliseconds waited, Action action) {
    return RoleRow{"", was_replica, view, action, named_master_silent, c, waited};
  };
  expect({at(peer_wait, Action::wait), at(2 * peer_wait, Action::be_replica)});
}

TEST(Claims, DataOfOthersIsKeptAndNotPromoted) {
  const GroupView view{listing(me, name(b)), {silent(b)}};
  const RoleInputs inputs{{me}, {}, {}, peer_wait};
  const auto is_kept = [&](const NodeData& local) {
    const RoleDecision role = decide_start_role({usual(), local, view, inputs});
    EXPECT_EQ(role.action, Action::be_replica);
    EXPECT_EQ(role.loses, role.empty);
    return role.loses;
  };
  EXPECT_FALSE(is_kept(was_replica));
  EXPECT_TRUE(is_kept(stranger));
  NodeData unlinked = was_replica;
  unlinked.has_nothing = true;
  EXPECT_TRUE(is_kept(unlinked)) << "a replica of an earlier start";
}

TEST(Claims, DataThatEndsBeforeItsNoteWaitsForThoseThatMayHaveTheRest) {
  NodeData behind = was_master;
  behind.noted = {"h", 150};
  expect({
      {"a silent one", behind, {name(me), {silent(b)}}, Action::wait, named_but_empty, b},
      {"for so long",
       behind,
       {name(me), {silent(b)}},
       Action::be_master,
       named_and_fresh,
       nobody,
       peer_wait + returning_master_grace},
      {"one that loads, for as long as it takes",
       behind,
       {name(me), {loading(replica(b, me))}},
       Action::wait,
       named_but_empty,
       b,
       peer_wait},
      {"all answer", behind, {name(me), {replica(b, me)}}, Action::be_master, named_and_fresh},
      {"nothing is missing",
       was_master,
       {name(me), {silent(b)}},
       Action::be_master,
       named_and_fresh},
  });
}

TEST(Claims, AReplicaThatNobodyMayPromoteIsNotWaitedForForEver) {
  const NodeView backup = unpromotable(replica(b, me, 900));
  expect({
      {"nobody is asked to promote another, which has less",
       was_master,
       {name(me), {backup, replica(c, me, 90)}},
       Action::wait,
       named_but_older,
       b},
      {"it has time to take over by itself",
       was_master,
       {name(me), {backup}},
       Action::wait,
       named_but_older,
       b,
       peer_wait},
      {"it does not",
       was_master,
       {name(me), {backup}},
       Action::be_master,
       named_and_fresh,
       nobody,
       2 * peer_wait},
      {"another may be",
       was_master,
       {name(me), {backup, replica(c, me, 500)}},
       Action::promote,
       named_but_older,
       c,
       peer_wait},
  });
}

TEST(Claims, AfterACrashNobodyIsPromotedWhoLacksTheData) {
  const auto row = [](const char* what, const NodeView& heir, RoleCase::Kind kind) {
    NodeData local = was_master;
    local.noted = {"h", 90};
    return RoleRow{what,
                   local,
                   {listing(b, name(me)), {heir}},
                   kind == crashed ? Action::promote : Action::be_master,
                   kind,
                   kind == crashed ? b : nobody,
                   0ms,
                   {},
                   {},
                   AfterEnd::failover};
  };
  NodeView synchronizing = replica(b, me);
  synchronizing.synchronizing = true;
  expect({
      row("it has all", replica(b, me), crashed),
      row("what the note tells", replica(b, me, 90), crashed),
      row("it lags", replica(b, me, 89), named_and_fresh),
      row("it has nothing", replica(b, me, 100, false), named_and_fresh),
      row("it is being given the data", synchronizing, named_and_fresh),
      row("it loads", loading(replica(b, me)), named_and_fresh),
      row("it has another history", node(b, NodeView::Role::replica, me, 100, true, "x"),
          named_and_fresh),
  });
}

TEST(Claims, AnEmptyMasterThatContinuesOurHistoryIsTheTruth) {
  const NodeView popped = with_former("h", master(b, 200, false, "new"));
  const NodeView other = with_former("x", master(b, 200, false, "new"));
  expect({
      {"its keys were taken",
       was_master,
       {name(b), {popped}},
       Action::be_replica,
       named_master_lives,
       b},
      {"it never had ours",
       was_master,
       {name(b), {other}},
       Action::be_closed_master,
       named_is_empty,
       b},
  });
}

TEST(Claims, AReplicaDoesNotFollowTheOnlyMasterIntoEmptiness) {
  const NodeView empty = master(b, 0, false, "x");
  NodeData known = was_replica;
  known.keys = 2;
  NodeData as_many = was_replica;
  as_many.keys = 1;
  expect({
      {"it has fewer keys of another history",
       known,
       {{}, {master(b, 5, true, "x")}},
       Action::be_closed_master,
       only_empty_master,
       b},
      {"it has as many", as_many, {{}, {master(b, 5, true, "x")}}, Action::as_it_is, kept_replica},
      {"it has nothing",
       was_replica,
       {{}, {empty}},
       Action::be_closed_master,
       only_empty_master,
       b},
      {"it has keys", was_replica, {{}, {master(b)}}, Action::as_it_is, kept_replica},
  });
}

TEST(Claims, AFormerMasterWaitsForSentinelsThatMayHaveReplacedIt) {
  Settings settings = usual();
  settings.sentinel_hosts.given = true;
  const GroupView silence{{unanswered<SentinelView>(sentinel_at(0), too_late())}, {}};
  NodeData stray = was_master;
  stray.group = "";
  expect(
      {{"none answers", was_master, silence, Action::wait, nobody_named},
       {"for long", was_master, silence, Action::be_closed_master, nobody_named, nobody, 10s},
       {"none is there at all", was_master, {}, Action::wait, nobody_named},
       {"they know no group", was_master, {{SentinelView{}}, {}}, Action::as_it_is, no_other_node}},
      settings);
  expect({{"no sentinel was ever set", was_master, {}, Action::as_it_is, no_other_node}});
}

struct GoneRow {
  std::string what;
  std::string flags;
  std::size_t flagged;
  NodeView named;
  RunningAction action;
};

TEST(Claims, NobodyIsReplacedWhomMostSentinelsReach) {
  const NodeView own = replica(me, b);
  const NodeData local = data_of(own, note_of("redis"));
  const Settings settings = usual();
  const RoleInputs inputs{{me}, {}, {}};
  const NodeView gone = silent(b);
  const NodeView refuses = failed(Failure::Kind::refused_by_server, silent(b));
  const std::vector<GoneRow> rows{
      {"all call it down", "master,s_down", 3, gone, RunningAction::serve},
      {"two of three do", "master,s_down", 2, gone, RunningAction::serve},
      {"one does", "master,s_down", 1, gone, RunningAction::stay},
      {"they reach it", "master", 3, gone, RunningAction::stay},
      {"it answers, if only that it refuses", "master,s_down", 3, refuses, RunningAction::stay},
  };
  for (const GoneRow& row : rows) {
    GroupView view{name(b), {row.named}};
    for (std::size_t which = 0; which < row.flagged; ++which) {
      view.sentinels[which].flags = ServerFlags(row.flags);
    }
    const auto decision =
        decide_running_role({settings, local, view, inputs, &own}, 10 * peer_wait);
    EXPECT_EQ(decision.action, row.action) << row.what << ": " << describe(decision.found);
  }
}

TEST(Claims, ALostSentinelIsToldOnlyThatItsMasterIsDown) {
  const NodeView own = master(me);
  const NodeData local = data_of(own, note_of("redis"));
  const Settings settings = usual();
  const RoleInputs inputs{{me}, {}, {}};
  for (const auto& [flags, kind] :
       {std::pair{"master,s_down", sentinel_lost}, {"master", in_place}}) {
    GroupView view{{names(me, 0), names(me, 1), names(b, 2, 0)}, {silent(b)}};
    view.sentinels.back().flags = ServerFlags(flags);
    EXPECT_EQ(classify({settings, local, view, inputs, &own}).kind, kind) << flags;
  }
}

struct LossRow {
  std::string what;
  long long keys;  ///< here, by the note
  NodeView master;
  bool loses;
};

TEST(Claims, WhatAnUnrelatedMasterLacksIsKept) {
  NodeView other = master(b, 5, true, "new");
  other.keys = 10;
  const std::vector<LossRow> rows{
      {"fewer keys", 11, other, true},
      {"as many", 10, other, false},
      {"nobody knows how many there are here", -1, other, true},
      {"it loads, and will tell", 11, loading(other), false},
      {"its history goes on from here", 11, with_former("h", other), false},
  };
  NodeData of_another = was_replica;
  of_another.group = "other";
  of_another.keys = 1;
  const GroupView beside{name(b), {other}};
  const RoleInputs none{{me}, {}, {}};
  EXPECT_TRUE(decide_start_role({usual(), of_another, beside, none}).loses) << "another group's";
  for (const LossRow& row : rows) {
    NodeData local = was_replica;
    local.keys = row.keys;
    const GroupView view{name(b), {row.master}};
    const Settings settings = usual();
    const RoleInputs inputs{{me}, {}, {}};
    const RoleDecision start = decide_start_role({settings, local, view, inputs});
    EXPECT_EQ(start.action, RoleAction::be_replica) << row.what;
    EXPECT_EQ(start.loses, row.loses) << row.what;
  }
}

TEST(Claims, WhatIsOnlyInMemoryIsSavedBeforeItIsReplaced) {
  NodeView own = master(me);
  own.keys = 11;
  NodeView other = master(b, 5, true, "new");
  other.keys = 10;
  const GroupView view{name(b), {other}};
  const Settings settings = usual();
  const RoleInputs inputs{{me}, {}, {}};
  const NodeData local = data_of(own, note_of("redis"));
  const auto decide = [&](long long changes, long long aof_size, milliseconds lasted) {
    NodeView now = own;
    now.changes = changes;
    now.aof_size = aof_size;
    return decide_running_role({settings, local, view, inputs, &now}, lasted);
  };
  const milliseconds soon{1500};
  EXPECT_EQ(decide(3, -1, soon).action, RunningAction::save);
  EXPECT_EQ(decide(0, -1, soon).action, RunningAction::follow);
  EXPECT_EQ(decide(3, 500, soon).action, RunningAction::follow) << "the AOF has it";
  EXPECT_EQ(decide(3, -1, peer_wait).action, RunningAction::follow) << "it cannot be saved";
  EXPECT_TRUE(decide(0, -1, soon).loses);
}

}  // namespace
}  // namespace dkr
