// What a data node that runs does about its role: every row of the decision, and every patience.

#include "dkr/core/decide/running_role.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "dkr/core/base/timing.hpp"
#include "dkr/core/node/node_data.hpp"
#include "views.hpp"

namespace dkr {
namespace {

using enum RoleCase::Kind;
using std::chrono::milliseconds;
using Action = RunningAction;

constexpr milliseconds soon = own_role_grace;
constexpr milliseconds later = sentinels_grace;
constexpr milliseconds long_ago{3600000};

struct Row {
  std::string what;
  NodeView own;
  GroupView view;
  RoleCase::Kind kind;
  Endpoint server = nobody;
  std::string group = "redis";
};

void expect(const Row& row, milliseconds lasted, Action action, const Settings& settings) {
  const NodeData local = data_of(row.own, note_of(row.group));
  const RoleInputs inputs{{me}, {}, {}};
  const RunningDecision decision =
      decide_running_role({settings, local, row.view, inputs, &row.own}, lasted);
  EXPECT_EQ(decision.action, action) << row.what << " after " << lasted.count();
  EXPECT_EQ(decision.found.kind, row.kind) << row.what << ": " << describe(decision.found);
  EXPECT_EQ(decision.found.server, row.server) << row.what << " after " << lasted.count();
}

void expect_stay(const std::vector<Row>& rows, const Settings& settings = usual()) {
  for (const Row& row : rows) {
    for (const milliseconds lasted : {milliseconds(0), soon, later, long_ago}) {
      expect(row, lasted, Action::stay, settings);
    }
  }
}

/// Something is done after a time, and nothing a moment before.
void expect_after(milliseconds patience, Action action, const std::vector<Row>& rows,
                  const Settings& settings = usual()) {
  for (const Row& row : rows) {
    expect(row, milliseconds(0), Action::stay, settings);
    expect(row, patience - milliseconds(1), Action::stay, settings);
    expect(row, patience, action, settings);
  }
}

std::vector<SentinelView> calling_down_after(milliseconds time, std::vector<SentinelView> all) {
  all.back().down_after = time;
  return all;
}

std::vector<SentinelView> failing_over_now(std::vector<SentinelView> all) {
  all.front().flags = ServerFlags("master,failover_in_progress");
  return all;
}

TEST(RunningDecision, ARoleInPlaceStays) {
  expect_stay({
      {"a master that is named", master(me), {name(me), {replica(b, me)}}, in_place},
      {"by two of three", master(me), {name(me, 2), {}}, in_place},
      {"during a failover", master(me), {failing_over_now(name(me)), {}}, in_place},
      {"a replica of the named one", linked(replica(me, b)), {name(b), {master(b)}}, in_place},
      {"its link is not up yet", replica(me, b), {name(b), {master(b)}}, in_place},
      {"the named one loads", replica(me, b), {name(b), {loading(master(b))}}, in_place},
      {"it follows the master behind the named one",
       replica(me, c),
       {name(b), {replica(b, c), master(c)}},
       in_place},
      {"only this node reaches the named one",
       linked(replica(me, b)),
       {name(b), {silent(b)}},
       in_place},
  });
}

TEST(RunningDecision, ARoleGivenByHandIsLeftAlone) {
  const NodeView by_hand = linked(replica(me, c));
  const NodeView of_a_stranger = linked(replica(me, {"10.9.9.9", 1}));
  expect_stay({
      {"a replica of a replica", by_hand, {name(b), {master(b), replica(c, b)}}, in_place},
      {"a replica of another master", by_hand, {name(b), {master(b), master(c)}}, in_place},
      {"of one that nobody knows", of_a_stranger, {name(b), {master(b)}}, in_place},
      {"and this node is named", by_hand, {name(me), {}}, named_and_follows, c},
  });
}

TEST(RunningDecision, WhenNobodyIsNamedNothingIsDone) {
  const std::vector<SentinelView> split{names(b, 0), names(c, 1), names(me, 2)};
  expect_stay({
      {"no sentinel answers", master(me), {{}, {master(b)}}, nobody_named},
      {"one of three does", master(me), {name(b, 1), {master(b)}}, nobody_named},
      {"they disagree", replica(me, c), {split, {master(b)}}, kept_replica},
  });
}

TEST(RunningDecision, AMasterThatWasReplacedFollows) {
  const auto slow = calling_down_after(milliseconds(60000), name(b));
  const std::vector<SentinelView> two_later{names(me, 0), names(b, 1, 2), names(b, 2, 2)};
  const NodeView empty = master(b, 0, false, "new");
  const GroupView through{name(b), {replica(b, c), master(c)}};
  expect_after(
      soon, Action::follow,
      {
          {"the named master", master(me), {name(b), {master(b)}}, named_master_lives, b},
          {"by two of three", master(me), {name(b, 2), {master(b)}}, named_master_lives, b},
          {"in a newer epoch", master(me), {two_later, {master(b)}}, named_master_lives, b},
          {"one that loads", master(me), {name(b), {loading(empty)}}, named_master_lives, b},
          {"no keys, no loss", master(me, 0, false), {name(b), {empty}}, named_master_lives, b},
          {"its link is down",
           replica(me, c),
           {name(b), {master(b), silent(c)}},
           named_master_lives,
           b},
          {"the master behind the named one", master(me), through, named_leads_to_master, c},
          {"however slow the sentinels are",
           master(me),
           {slow, {master(b)}},
           named_master_lives,
           b},
      });
}

TEST(RunningDecision, AReplicaThatWasChosenBecomesTheMaster) {
  const NodeView own = linked(replica(me, b));
  auto choosing = listing(me, name(b));
  choosing.front().flags = ServerFlags("master,failover_in_progress");
  choosing.front().replicas.front().flags = ServerFlags("slave,promoted");
  auto over = choosing;
  over.front().flags = ServerFlags("master");
  const Endpoint sentinel = sentinel_at(0);
  const auto serve = Action::serve;
  const NodeView sibling = linked(replica(c, b, 200));
  expect_after(one_sentinel_grace, serve,
               {{"its master lives", own, {choosing, {master(b)}}, chosen, sentinel},
                {"another is in step, and was asked later",
                 own,
                 {choosing, {master(b), sibling}},
                 chosen,
                 sentinel}});
  expect_stay({{"the failover is over", own, {over, {master(b)}}, in_place},
               {"another has more", own, {choosing, {replica(c, b, 200)}}, chosen, sentinel},
               {"it still loads", loading(own), {choosing, {master(b)}}, chosen, sentinel}});
}

TEST(RunningDecision, NoNodeFollowsOneThatIsNoMaster) {
  const GroupView lost{name(b), {replica(b, c), silent(c)}};
  const GroupView circle{name(b), {replica(b, c), replica(c, b)}};
  auto known = name(b);
  known.front().replicas = {{c, "", ServerFlags("slave"), 100}};
  expect_stay({
      {"it does not answer",
       master(me),
       {known, {silent(b), replica(c, b)}},
       named_master_silent,
       b},
      {"nobody could ask it", master(me), {known, {replica(c, b)}}, named_master_silent, b},
      {"the link is down",
       replica(me, c),
       {name(b), {silent(b), master(c)}},
       named_master_silent,
       b},
      {"it follows a silent master", master(me), lost, named_is_replica, b},
      {"two replicas follow each other", master(me), circle, named_is_replica, b},
      {"it follows this replica", replica(me, c), {name(b), {replica(b, me)}}, named_is_replica, b},
  });
}

TEST(RunningDecision, AReplicaWithMoreServesWhereItsMasterFollowsIt) {
  const NodeView own = replica(me, b, 200);
  const NodeView nothing = master(b, 300, false, "new");
  NodeView emptied = replica(b, me, 300, false);
  emptied.replication_id = "new";
  expect_after(
      later, Action::serve,
      {
          {"one history", own, {name(b), {replica(b, me)}}, named_follows_me, b},
          {"another", own, {name(b), {emptied}}, named_follows_me, b},
          {"through a third", own, {name(b), {replica(b, c), replica(c, me)}}, named_follows_me, b},
      });
  expect_stay({
      {"as much", own, {name(b), {replica(b, me, 200)}}, in_place},
      {"less", own, {name(b), {replica(b, me, 300)}}, in_place},
      {"nothing", replica(me, b, 200, false), {name(b), {replica(b, me)}}, in_place},
      {"a third has more", own, {name(b), {replica(b, me), replica(c, me, 300)}}, in_place},
      {"it is a master", own, {name(b), {nothing}}, in_place},
  });
}

TEST(RunningDecision, AMasterMakesSureOfItsPlaceWhereASentinelHasVotedSince) {
  const NodeView own = master(me);
  const Settings settings = usual();
  const NodeData local = data_of(own, note_of("redis"));
  const auto decide = [&](const GroupView& view, std::uint64_t epoch, milliseconds lasted,
                          const std::string& leader = "9f") {
    const RoleInputs inputs{{me}, {}, {}, {}, AfterEnd::leave, {}, {}, {{}, leader, epoch}};
    return decide_running_role({settings, local, view, inputs, &own}, lasted);
  };
  const GroupView named{name(me), {}};
  EXPECT_EQ(decide(named, 1, long_ago).found.kind, in_place) << "it was promoted in that";
  EXPECT_EQ(decide(named, 2, long_ago).found.kind, outvoted);
  EXPECT_EQ(decide(named, 2, long_ago, "").found.kind, outvoted) << "nobody knows for whom";
  EXPECT_EQ(decide(named, 2, long_ago, ids.at(1)).found.kind, in_place) << "that one answers";
  EXPECT_EQ(decide(named, 2, one_sentinel_grace - milliseconds(1)).action, Action::stay);
  EXPECT_EQ(decide(named, 2, one_sentinel_grace).action, Action::repoint);
  const GroupView newer{{names(b, 0, 2), names(me, 1), names(me, 2)}, {master(b)}};
  EXPECT_EQ(decide(newer, 2, long_ago).found.kind, in_place) << "the vote is known to be over";
}

TEST(RunningDecision, AMasterThatWasPromotedInTheNamedOnesPlaceDoesNotFollowIt) {
  const std::vector<SentinelView> one_names_me{names(me, 0), names(b, 1), names(b, 2)};
  NodeView own = master(me, 120, true, "new");
  own.former_id = "h";
  const GroupView view{one_names_me, {master(b)}};
  expect_after(later, Action::repoint, {{"in one epoch", own, view, named_is_succeeded, b}});
  const std::vector<SentinelView> later_epoch{names(me, 0), names(b, 1, 2), names(b, 2, 2)};
  expect_after(
      soon, Action::follow,
      {{"it was named again later", own, {later_epoch, {master(b)}}, named_master_lives, b},
       {"it is another's successor",
        own,
        {one_names_me, {master(b, 100, true, "other")}},
        named_master_lives,
        b}});
}

TEST(RunningDecision, AMasterWhomTheNamedOneFollowsSetsTheSentinelsRight) {
  const GroupView chain{name(b), {replica(b, c), replica(c, me)}};
  const GroupView emptied{name(b), {master(b, 0, false, "new")}};
  expect_after(later, Action::repoint,
               {
                   {"directly", master(me), {name(b), {replica(b, me)}}, named_follows_me, b},
                   {"through another", master(me), chain, named_follows_me, b},
                   {"who is empty, and the data is here", master(me), emptied, named_is_empty, b},
               });
}

TEST(RunningDecision, AnEmptyMasterDoesNotWipeThisNode) {
  const GroupView view{name(b), {master(b, 0, false, "new")}};
  const Row row{"the sentinels do not obey", master(me), view, named_is_empty, b};
  const milliseconds peer_wait = usual().peer_wait.value;
  expect(row, peer_wait - milliseconds(1), Action::repoint, usual());
  expect(row, peer_wait, Action::set_aside, usual());
  Settings hasty = usual();
  hasty.peer_wait.value = milliseconds(0);
  expect_after(soon, Action::set_aside, {row}, hasty);
  expect_stay({{"a replica keeps what it has", replica(me, c), view, named_is_empty, b}});
  const GroupView behind{name(b), {replica(b, c, 0, false), master(c, 0, false, "new")}};
  expect({"it is behind the named one", master(me), behind, named_is_empty, c}, peer_wait,
         Action::set_aside, usual());

  const GroupView same_history{name(b), {master(b, 0, false)}};
  expect_after(soon, Action::follow,
               {{"flushed", master(me), same_history, named_master_lives, b}});
  Settings accepting = usual();
  accepting.accept_data_loss.value = true;
  expect_after(soon, Action::follow, {{"accepted", master(me), view, named_master_lives, b}},
               accepting);
}

TEST(RunningDecision, AReplicaGoesOnWithItsMasterIfThatIsReplaced) {
  const NodeView own = linked(replica(me, c));
  const GroupView view{name(b), {master(b), replica(c, b)}};
  const Settings settings = usual();
  const NodeData local = data_of(own, note_of("redis"));
  const auto decide = [&](const Endpoint& followed) {
    const RoleInputs inputs{{me}, {}, {}, {}, AfterEnd::leave, followed};
    return decide_running_role({settings, local, view, inputs, &own}, soon);
  };
  EXPECT_EQ(decide(c).action, Action::follow) << "the master that it followed is a replica now";
  EXPECT_EQ(decide(c).found, (RoleCase{named_master_lives, b}));
  EXPECT_EQ(decide({}).action, Action::stay) << "it was told by hand to follow a replica";
}

TEST(RunningDecision, AMasterThatAnotherHasGoneOnFromFollowsWhoeverIsNamed) {
  NodeView successor = master(b, 120, true, "new");
  successor.former_id = "h";
  expect_after(later, Action::follow,
               {{"nobody is named", master(me), {{}, {successor}}, other_master_lives, b}});
  successor.former_id = "other";
  expect_stay({{"a stranger", master(me), {{}, {successor}}, nobody_named}});
}

TEST(RunningDecision, ForeignDataIsNeverFollowedAway) {
  const NodeView own = master(me, 100, true, "other");
  const NodeView nothing = master(me, 0, false, "other");
  const GroupView view{name(b), {master(b)}};
  const GroupView empty{name(b), {master(b, 0, false)}};
  const GroupView through{name(b), {replica(b, c), master(c)}};
  GroupView successor = view;
  successor.nodes[0].former_id = "other";
  expect_stay({
      {"another history", own, view, foreign_data, b, ""},
      {"another group's", own, view, foreign_data, b, "other"},
      {"beside an empty master", own, empty, foreign_data, b, ""},
      {"the named one is a replica", own, through, foreign_data, b, ""},
  });
  expect_after(soon, Action::follow,
               {
                   {"the group's by the note", own, view, named_master_lives, b, "redis"},
                   {"by its history", master(me), view, named_master_lives, b, ""},
                   {"by one that another continues", own, successor, named_master_lives, b, ""},
                   {"nothing to lose", nothing, view, named_master_lives, b, ""},
               });
  Settings force = usual();
  force.join_force.value = true;
  const Row forced{"forced", own, view, named_master_lives, b, ""};
  expect(forced, soon, Action::save, force);
  expect(forced, long_ago, Action::follow, force);
}

TEST(RunningDecision, AReplicaThatIsNamedServesWhenNoMasterLives) {
  const NodeView own = replica(me, c);
  const GroupView chain{name(me), {replica(c, b), master(b)}};
  expect_stay({
      {"its master lives", own, {name(me), {master(c)}}, named_and_follows, c},
      {"the master behind its master lives", own, chain, named_and_follows, b},
  });
  const GroupView as_much{name(me), {replica(b, c, 100), silent(c)}};
  const Row alone{"its master is silent", own, {name(me), {silent(c)}}, named_and_fresh};
  expect_after(soon, Action::serve,
               {
                   alone,
                   {"a circle", own, {name(me), {replica(c, me)}}, named_and_fresh},
                   {"another replica has as much", own, as_much, named_and_fresh},
               });
}

TEST(RunningDecision, AnEmptiedReplicaThatIsNamedGivesTheOthersTheirTime) {
  const Settings settings = usual();
  const milliseconds peer_wait = settings.peer_wait.value;
  const NodeView own = replica(me, c, 0, false);
  StateNote note = note_of("redis");
  note.users_priority = 100;
  const NodeData local = data_of(own, note);
  const GroupView view{name(me), {silent(b), silent(c)}};
  const RoleInputs inputs{{me}, {}, {}};
  const auto after = [&](milliseconds lasted) {
    return decide_running_role({settings, local, view, inputs, &own}, lasted).action;
  };
  EXPECT_EQ(after(peer_wait - milliseconds(1)), Action::stay);
  EXPECT_EQ(after(peer_wait), Action::serve);
}

TEST(RunningDecision, TheReplicaWithMoreIsPromotedInstead) {
  const GroupView more{name(me), {replica(b, c, 101), silent(c)}};
  const NodeView nothing = replica(me, c, 0, false);
  expect_after(soon, Action::promote,
               {
                   {"one write more", replica(me, c), more, named_but_older, b},
                   {"this one has nothing", nothing, more, named_but_older, b},
               });
}

TEST(RunningDecision, NobodyTakesThePlaceOfAMasterBeforeASentinelWould) {
  const milliseconds down_after{5000};
  const auto sentinels = calling_down_after(down_after, name(me));
  const NodeView own = replica(me, c);
  const GroupView alone{sentinels, {silent(c)}};
  const GroupView behind{sentinels, {replica(b, c, 200), silent(c)}};
  expect_after(down_after, Action::serve, {{"to serve", own, alone, named_and_fresh}});
  expect_after(down_after, Action::promote, {{"to promote", own, behind, named_but_older, b}});
}

TEST(RunningDecision, NothingIsDoneDuringAFailover) {
  const auto away = failing_over_now(name(b));
  const auto here = failing_over_now(name(me));
  const std::vector<SentinelView> promoted{names(me, 0, 2), names(b, 1), names(b, 2)};
  const std::vector<SentinelView> first_ever{names(me, 0, 1), names(b, 1, 0), names(b, 2, 0)};
  const NodeView empty = master(b, 0, false, "new");
  const NodeView own = replica(me, c);
  const std::vector<Row> rows{
      {"another lives", master(me), {away, {master(b)}}, failing_over, sentinel_at(0)},
      {"another follows", master(me), {away, {replica(b, me)}}, failing_over, sentinel_at(0)},
      {"another is empty", master(me), {away, {empty}}, failing_over, sentinel_at(0)},
      {"a replica is named", own, {here, {silent(c)}}, failing_over, sentinel_at(0)},
      {"and another has more", own, {here, {replica(b, c, 200)}}, failing_over, sentinel_at(0)},
      {"a newer epoch names this node",
       master(me),
       {promoted, {master(b)}},
       failing_over,
       sentinel_at(0)},
      {"the first epoch does", master(me), {first_ever, {master(b)}}, failing_over, sentinel_at(0)},
  };
  expect_stay(rows);
}

TEST(RoleClock, AFailoverThatComesToNothingDoesNotStopIt) {
  const TimePoint begin{};
  const RoleCase dead{nobody_lives, b};
  RoleClock clock;
  clock.take(dead, begin);
  EXPECT_EQ(clock.lasted(begin + soon), soon);
  clock.take({failing_over, sentinel_at(0)}, begin + soon);
  EXPECT_EQ(clock.lasted(begin + later), milliseconds(0));
  clock.take(dead, begin + later);
  EXPECT_EQ(clock.lasted(begin + later), later);
  clock.take({named_master_lives, b}, begin + later);
  clock.take(dead, begin + later);
  EXPECT_EQ(clock.lasted(begin + later), milliseconds(0));
}

TEST(DataOf, ARunningServerIsWhatAStartWouldFind) {
  const NodeData one = data_of(master(me, 7, true, "x"), note_of("g", {{b}, true, 3}));
  EXPECT_EQ(one.role, NodeData::Role::master);
  EXPECT_TRUE(one.has_data);
  EXPECT_EQ(one.reach.replication_id, "x");
  EXPECT_EQ(one.reach.offset, 7);
  EXPECT_EQ(one.group, "g");
  EXPECT_EQ(one.identity, (Identity{{b}, true, 3}));
  const NodeData other = data_of(replica(me, b, 0, false), note_of(""));
  EXPECT_EQ(other.role, NodeData::Role::replica);
  EXPECT_FALSE(other.has_data);
}

}  // namespace
}  // namespace dkr
