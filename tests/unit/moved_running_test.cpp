// What a running node does about its role and the sentinels when addresses have changed.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "dkr/core/base/timing.hpp"
#include "dkr/core/decide/running_role.hpp"
#include "dkr/core/node/node_data.hpp"
#include "views.hpp"

namespace dkr {
namespace {

using enum RoleCase::Kind;
using std::chrono::milliseconds;

const milliseconds late = usual().peer_wait.value;

/// Sentinels that call the master down that they name.
std::vector<SentinelView> down(std::vector<SentinelView> all) {
  for (SentinelView& sentinel : all) {
    sentinel.flags = ServerFlags("master,s_down");
  }
  return all;
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
    sentinel.down_after = milliseconds(5000);
    sentinel.silence = milliseconds(5000) + promotion_grace;
  }
  auto due = unreached;
  due.front().silence -= milliseconds(1);
  const GroupView view{unreached, {silent(was_me)}};
  auto patient = unreached;
  for (SentinelView& sentinel : patient) {
    sentinel.down_after = milliseconds(60000);
    sentinel.silence = sentinels_grace;
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
      {"a sentinel may be about to fail over",
       master(me),
       {due, {silent(was_me)}},
       identity,
       moment,
       stay,
       moved,
       was_me},
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

}  // namespace
}  // namespace dkr
