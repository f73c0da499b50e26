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

TEST(NamesOf, WhatTheSentinelsCallANode) {
  GroupView view{knowing(name(b), {a, c}), {}};
  EXPECT_EQ(known_names({a, was_me}, view), std::vector<Endpoint>{a});
  EXPECT_EQ(known_names({b}, view), std::vector<Endpoint>{b});
  EXPECT_TRUE(known_names({was_me}, view).empty());
  EXPECT_TRUE(known_names({a}, {}).empty());
}

}  // namespace
}  // namespace dkr
