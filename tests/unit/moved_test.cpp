// Which role a data node takes when addresses have changed: its own, those of the others, of all.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "dkr/core/base/timing.hpp"
#include "dkr/core/decide/running_role.hpp"
#include "dkr/core/node/node_data.hpp"
#include "start_role_rows.hpp"
#include "views.hpp"

namespace dkr {
namespace {

using enum RoleCase::Kind;
using std::chrono::milliseconds;
using Action = RoleAction;

/// Where this node, and another, were before.
const Endpoint was_me{"10.9.0.1", 6379};
const Endpoint was_b{"10.9.0.2", 6379};
const milliseconds early{0};
const milliseconds late = usual().peer_wait.value;

NodeData known_as(NodeData local, const std::vector<Endpoint>& names, std::uint64_t epoch = 1) {
  local.identity = {names, local.role == NodeData::Role::master, epoch};
  return local;
}

/// With another replica in its note.
NodeData remembers(NodeData local, const Endpoint& replica) {
  local.memory.replicas = {replica};
  return local;
}

/// Sentinels that call the master down that they name.
std::vector<SentinelView> down(std::vector<SentinelView> all) {
  for (SentinelView& sentinel : all) {
    sentinel.flags = ServerFlags("master,s_down");
  }
  return all;
}

std::vector<SentinelView> knowing(std::vector<SentinelView> all,
                                  const std::vector<Endpoint>& replicas) {
  for (SentinelView& sentinel : all) {
    for (const Endpoint& replica : replicas) {
      sentinel.replicas.push_back({replica, "", ServerFlags("slave"), 100});
    }
  }
  return all;
}

TEST(Moved, TheNamedNodeStartsClosedUnderItsNewAddress) {
  const NodeData moved_master = known_as(was_master, {was_me});
  auto down = name(was_me);
  down.back().flags = ServerFlags("s_down,o_down,master");
  expect({
      {"alone",
       moved_master,
       {name(was_me), {silent(was_me)}},
       Action::be_closed_master,
       moved,
       was_me},
      {"the sentinels find the old address down",
       moved_master,
       {down, {silent(was_me)}},
       Action::be_closed_master,
       moved,
       was_me},
      {"a replica has the old address",
       moved_master,
       {name(was_me), {replica(was_me, b)}},
       Action::be_closed_master,
       moved,
       was_me},
      {"a stranger has it",
       moved_master,
       {name(was_me), {master(was_me, 9, true, "x")}},
       Action::be_closed_master,
       moved,
       was_me},
      {"it was a replica, and promoted last",
       known_as(was_replica, {was_me}),
       {name(was_me), {silent(was_me)}},
       Action::be_closed_master,
       moved,
       was_me},
      {"one of two addresses is left",
       known_as(was_master, {was_me, a}),
       {name(was_me), {silent(was_me)}},
       Action::be_closed_master,
       moved,
       was_me},
      {"empty, and its old address is silent",
       known_as(emptied_master, {was_me}),
       {name(was_me), {silent(was_me), replica(b, was_me, 0, false)}},
       Action::be_closed_master,
       moved,
       was_me},
      {"empty, and another one is silent",
       known_as(emptied_master, {was_me}),
       {name(was_me), {silent(was_me), silent(b)}},
       Action::wait,
       named_but_empty,
       b},
      {"all is as it was",
       known_as(was_master, {a}),
       {name(a), {}},
       Action::be_master,
       named_and_fresh},
  });
}

TEST(Moved, NotWhenTheGroupsMasterHasItsOldAddress) {
  const NodeData moved_master = known_as(was_master, {was_me}, 1);
  const NodeData moved_replica = known_as(was_replica, {was_me}, 1);
  auto later = name(was_me);
  for (SentinelView& sentinel : later) {
    sentinel.config_epoch = 2;
  }
  const NodeView other_history = master(was_me, 9, true, "x");
  const GroupView followed{name(was_me), {other_history, linked(replica(c, was_me))}};
  GroupView by_address{name(was_me),
                       {other_history, master(b, 9, true, "x"), linked(replica(c, b))}};
  by_address.nodes[0].run_id = by_address.nodes[1].run_id = "one server";
  const auto follows = Action::be_replica;
  expect({
      {"promoted in a newer epoch",
       moved_master,
       {later, {master(was_me)}},
       follows,
       named_master_lives,
       was_me},
      {"a peer follows it",
       moved_master,
       followed,
       follows,
       named_master_lives,
       was_me,
       early,
       {},
       {c}},
      {"its history is this one's",
       moved_master,
       {name(was_me), {master(was_me)}},
       follows,
       named_master_lives,
       was_me},
      {"a replica of the note follows it", remembers(moved_master, c), followed, follows,
       named_master_lives, was_me},
      {"a replica of the note follows it by its address", remembers(moved_master, c), by_address,
       follows, named_master_lives, was_me},
      {"a stranger follows it", moved_master, followed, Action::be_closed_master, moved, was_me},
      {"this node was a replica",
       moved_replica,
       {name(was_me), {master(was_me)}},
       follows,
       named_master_lives,
       was_me},
  });
}

TEST(Moved, AnAddressThatAnotherHadDoesNotMakeAMaster) {
  const NodeData other = known_as(was_replica, {was_b});
  expect({
      {"it waits for that node", other, {name(a), {}}, Action::wait, address_taken, a, early},
      {"which does not come",
       other,
       {name(a), {}},
       Action::be_master,
       named_and_fresh,
       nobody,
       late},
      {"which is named by its new address",
       other,
       {name(c), {master(c)}},
       Action::be_replica,
       named_master_lives,
       c},
      {"nobody is named yet", other, {{}, {}}, Action::wait, nobody_named, nobody, early},
      {"nor after a while", other, {{}, {}}, Action::as_it_is, kept_replica, nobody, late},
  });
}

TEST(Moved, ReplicasWaitForTheirMasterAsLongAsNobodyElseRuns) {
  const GroupView nobody_there{name(b), {silent(b), silent(c)}};
  const GroupView closed_master{name(b), {silent(b), master(c)}};
  NodeView about_to_start = silent(b);
  about_to_start.failure = Failure{Failure::Kind::refused_connection, ""};
  const GroupView at_home{name(b), {about_to_start, silent(c)}};
  const NodeData moved_replica = known_as(was_replica, {was_me});
  const GroupView one_there{name(b), {silent(b), replica(c, b)}};
  const milliseconds a_while{5000};
  expect({
      {"nobody", was_replica, nobody_there, Action::wait, named_master_silent, b, a_while},
      {"for long", was_replica, nobody_there, Action::be_replica, named_master_silent, b, late},
      {"a master that is not named yet", was_replica, closed_master, Action::wait,
       named_master_silent, b, a_while},
      {"its container is there", was_replica, at_home, Action::be_replica, named_master_silent, b,
       a_while},
      {"or another, which has its address now", moved_replica, at_home, Action::wait,
       named_master_silent, b, a_while},
      {"another replica runs", was_replica, one_there, Action::be_replica, named_master_silent, b,
       a_while},
  });
}

RunningDecision turn_of(const NodeView& own, const GroupView& view, const Identity& identity,
                        milliseconds lasted) {
  const Settings settings = usual();
  const NodeData local = data_of(own, note_of("redis", identity));
  const RoleInputs inputs{{me}, {}, {}};
  return decide_running_role({settings, local, view, inputs, &own}, lasted);
}

struct TurnRow {
  std::string what;
  NodeView own;
  GroupView view;
  Identity identity;
  milliseconds lasted;
  RunningAction action;
  RoleCase::Kind kind;
  Endpoint server;
};

void expect_turns(const std::vector<TurnRow>& rows) {
  for (const TurnRow& row : rows) {
    const RunningDecision decision = turn_of(row.own, row.view, row.identity, row.lasted);
    EXPECT_EQ(decision.action, row.action) << row.what;
    EXPECT_EQ(decision.found.kind, row.kind) << row.what << ": " << describe(decision.found);
    EXPECT_EQ(decision.found.server, row.server) << row.what;
  }
}

TEST(Moved, AMasterTellsTheSentinelsItsNewAddress) {
  using enum RunningAction;
  const Identity identity{{was_me}, true, 1};
  const Identity both{{was_me, me}, true, 1};
  auto unreached = name(was_me);
  for (SentinelView& sentinel : unreached) {
    sentinel.silence = sentinels_grace;
  }
  const GroupView view{unreached, {silent(was_me)}};
  auto patient = unreached;
  for (SentinelView& sentinel : patient) {
    sentinel.down_after = 2 * (sentinels_grace + milliseconds(1));
  }
  auto busy = name(was_me);
  busy.front().flags = ServerFlags("master,failover_in_progress");
  auto later = name(was_me);
  for (SentinelView& sentinel : later) {
    sentinel.config_epoch = 2;
  }
  const milliseconds moment = sentinels_grace;
  expect_turns({
      {"not at once", master(me), view, identity, moment - milliseconds(1), stay, moved, was_me},
      {"then", master(me), view, identity, moment, repoint, moved, was_me},
      {"with both names noted", master(me), view, both, moment, repoint, moved, was_me},
      {"most sentinels reach somebody there, and this node does not",
       master(me),
       {name(was_me), {silent(was_me)}},
       identity,
       moment,
       stay,
       moved,
       was_me},
      {"whose fence may be open for longer than they have missed it",
       master(me),
       {patient, {silent(was_me)}},
       identity,
       moment,
       stay,
       moved,
       was_me},
      {"a stranger is there",
       master(me),
       {name(was_me), {master(was_me, 5, true, "x")}},
       identity,
       moment,
       repoint,
       moved,
       was_me},
      {"another was promoted there",
       master(me),
       {later, {master(was_me)}},
       identity,
       moment,
       follow,
       named_master_lives,
       was_me},
      {"not during a failover",
       master(me),
       {busy, {silent(was_me)}},
       identity,
       moment,
       stay,
       failing_over,
       sentinel_at(0)},
      {"the address another had",
       replica(me, c),
       {name(me), {silent(c)}},
       {{was_b}, false, 1},
       moment,
       stay,
       address_taken,
       me},
      {"and nobody comes",
       replica(me, c),
       {name(me), {silent(c)}},
       {{was_b}, false, 1},
       late,
       serve,
       address_taken,
       me},
  });
}

TEST(Moved, OneLostSentinelIsToldToo) {
  using enum RunningAction;
  const auto lost = [](const Endpoint& named) {
    std::vector<SentinelView> all{names(me, 0), names(me, 1), names(named, 2, 5)};
    all.back().flags = ServerFlags("master,s_down");
    return all;
  };
  const milliseconds moment = one_sentinel_grace;
  const Endpoint third = sentinel_at(2);
  expect_turns({
      {"not at once",
       master(me),
       {lost(b), {silent(b)}},
       {},
       moment - milliseconds(1),
       stay,
       sentinel_lost,
       third},
      {"nobody is there",
       master(me),
       {lost(b), {silent(b)}},
       {},
       moment,
       repoint,
       sentinel_lost,
       third},
      {"a replica of this node is",
       master(me),
       {lost(b), {replica(b, me)}},
       {},
       moment,
       repoint,
       sentinel_lost,
       third},
      {"a former address",
       master(me),
       {lost(was_me), {}},
       {{was_me, me}, true, 1},
       moment,
       repoint,
       sentinel_lost,
       third},
      {"a master is there", master(me), {lost(b), {master(b)}}, {}, moment, stay, in_place, nobody},
      {"a replica of another",
       master(me),
       {lost(b), {replica(b, c), master(c)}},
       {},
       moment,
       stay,
       in_place,
       nobody},
      {"nobody asked it", master(me), {lost(b), {}}, {}, moment, stay, in_place, nobody},
      {"this node is a replica",
       replica(me, c),
       {lost(b), {silent(b), master(c)}},
       {},
       moment,
       stay,
       named_and_follows,
       c},
  });
}

TEST(Moved, ASentinelThatForgotTheGroupIsRemindedOfIt) {
  using enum RunningAction;
  const auto with_third = [](bool answers, const Endpoint& at, const std::string& id) {
    std::vector<SentinelView> all{names(me, 0), names(me, 1), {}};
    all.back().at = at;
    all.back().id = id;
    if (!answers) {
      all.back().failure = too_late();
    }
    return GroupView{all, {replica(b, me)}};
  };
  const Endpoint third = sentinel_at(2);
  const milliseconds moment = usual().peer_wait.value;
  const GroupView forgot = with_third(true, third, ids[2]);
  const Endpoint service{"10.9.0.1", 26379};
  expect_turns({
      {"not at once", master(me), forgot, {}, moment - 1ms, stay, sentinel_forgot, third},
      {"then", master(me), forgot, {}, moment, remind, sentinel_forgot, third},
      {"before 6.2",
       master(me),
       with_third(true, third, ""),
       {},
       moment,
       remind,
       sentinel_forgot,
       third},
      {"at another address",
       master(me),
       with_third(true, service, ids[2]),
       {},
       moment,
       remind,
       sentinel_forgot,
       service},
      {"it does not answer",
       master(me),
       with_third(false, third, ids[2]),
       {},
       moment,
       stay,
       in_place,
       nobody},
      {"it is another group's",
       master(me),
       with_third(true, service, "ff"),
       {},
       moment,
       stay,
       in_place,
       nobody},
      {"a replica does not",
       linked(replica(me, b)),
       {{names(b, 0), names(b, 1), forgot.sentinels[2]}, {master(b)}},
       {},
       moment,
       stay,
       in_place,
       nobody},
  });
}

TEST(Moved, WhenTheMasterIsGoneTheBestClaimServes) {
  using enum RunningAction;
  const auto sentinels = knowing(down(name(was_b)), {was_me});
  const NodeView own = replica(me, was_b, 100);
  const auto companions = [&](const NodeView& other) {
    return GroupView{sentinels, {silent(was_b), silent(was_me), other}};
  };
  NodeView twin = replica(b, was_b, 100);
  twin.run_id = "0";
  NodeView other_history = node(b, NodeView::Role::replica, was_b, 900, true, "x");
  NodeView more_keys = other_history;
  more_keys.keys = 7;
  NodeView ours = own;
  ours.run_id = "1";
  const GroupView alone{sentinels, {silent(was_b), silent(was_me)}};
  const GroupView known{knowing(down(name(was_b)), {b}), {silent(was_b), replica(b, was_b)}};
  const GroupView here{knowing(down(name(was_b)), {me}), {silent(was_b)}};
  expect_turns({
      {"not before its time", own, alone, {}, late - milliseconds(1), stay, nobody_lives, was_b},
      {"alone", own, alone, {}, late, serve, nobody_lives, was_b},
      {"and tells the sentinels", master(me), alone, {}, late, repoint, nobody_lives, was_b},
      {"it has more", own, companions(replica(b, was_b, 99)), {}, late, serve, nobody_lives, was_b},
      {"another has more",
       own,
       companions(replica(b, was_b, 101)),
       {},
       late,
       stay,
       named_master_silent,
       was_b},
      {"another loads",
       own,
       companions(loading(replica(b, was_b, 9))),
       {},
       late,
       stay,
       named_master_silent,
       was_b},
      {"as much, and one of them",
       ours,
       companions(twin),
       {},
       late,
       stay,
       named_master_silent,
       was_b},
      {"another history, as many keys",
       ours,
       companions(other_history),
       {},
       late,
       stay,
       named_master_silent,
       was_b},
      {"another history, more keys",
       ours,
       companions(more_keys),
       {},
       late,
       stay,
       named_master_silent,
       was_b},
      {"a master lives", own, companions(master(b)), {}, late, stay, named_master_silent, was_b},
      {"the sentinels can promote another", own, known, {}, late, stay, named_master_silent, was_b},
      {"or this one", own, here, {}, late, stay, named_master_silent, was_b},
  });
  const NodeView stranger_now = master(me, 1, true, "x");
  const NodeData stranger_here = data_of(stranger_now, note_of(""));
  const Settings settings = usual();
  const RoleInputs inputs{{me}, {}, {}};
  EXPECT_EQ(
      decide_running_role({settings, stranger_here, alone, inputs, &stranger_now}, late).action,
      stay);
}

TEST(NamesOf, WhatTheSentinelsCallANode) {
  GroupView view{knowing(name(b), {a, c}), {}};
  EXPECT_EQ(known_names({a, was_me}, view), std::vector<Endpoint>{a});
  EXPECT_EQ(known_names({b}, view), std::vector<Endpoint>{b});
  EXPECT_TRUE(known_names({was_me}, view).empty());
  EXPECT_TRUE(known_names({a}, {}).empty());
}

}  // namespace
}  // namespace dkr
