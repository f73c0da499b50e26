// Whether a master can be handed over, and to whom.

#include "dkr/core/decide/handover_plan.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "views.hpp"

namespace dkr {
namespace {

using enum HandoverObstacle;
using std::chrono::milliseconds;

/// Sentinels that name this node and know two replicas.
std::vector<SentinelView> sentinels(int priority_of_c = 100,
                                    const std::string& flags_of_c = "slave") {
  auto all = name(me);
  for (SentinelView& sentinel : all) {
    sentinel.flags = ServerFlags("master");
    sentinel.down_after = milliseconds(5000);
    sentinel.replicas = {{b, "", ServerFlags("slave"), 100},
                         {c, "", ServerFlags(flags_of_c), priority_of_c}};
  }
  return all;
}

std::vector<SentinelView> seeing(const std::string& flags) {
  auto all = sentinels();
  all.back().flags = ServerFlags(flags);
  return all;
}

NodeView linked_replica(const Endpoint& at) {
  NodeView view = replica(at, me);
  view.link_up = true;
  return view;
}

NodeView stopping(NodeView view) {
  view.priority = held_back(view.priority);
  return view;
}

const NodeView rb = linked_replica(b);
const NodeView rc = linked_replica(c);

struct Row {
  std::string what;
  GroupView view;
  HandoverObstacle obstacle = none;
  std::vector<Endpoint> candidates = {};
};

void expect(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    const HandoverPlan plan = plan_handover(row.view, {me});
    EXPECT_EQ(plan.obstacle, row.obstacle) << row.what << ": " << describe(plan);
    EXPECT_EQ(plan.candidates, row.candidates) << row.what;
  }
}

TEST(Handover, GoesToTheReplicasThatSentinelWouldChooseFrom) {
  NodeView backup = rc;
  backup.priority = 0;
  expect({
      {"both", {sentinels(), {rb, rc}}, none, {b, c}},
      {"the lowest priority number first", {sentinels(10), {rb, rc}}, none, {c}},
      {"never priority 0", {sentinels(0), {rb, backup}}, none, {b}},
      {"one that was held back until now", {sentinels(held_back(100)), {rb, rc}}, none, {b, c}},
      {"or was without data", {sentinels(0), {rb, rc}}, none, {b, c}},
      {"nor one that is down", {sentinels(100, "slave,s_down"), {rb, silent(c)}}, none, {b}},
      {"or gone", {sentinels(100, "slave,disconnected"), {rb, silent(c)}}, none, {b}},
      {"or stops itself", {sentinels(), {rb, stopping(rc)}}, none, {b}},
  });
}

TEST(Handover, NeverToOneThatIsNotInStep) {
  const NodeView unlinked = replica(c, me);
  const NodeView elsewhere = linked(replica(c, b));
  const GroupView best{sentinels(10), {rb, silent(c)}};
  expect({
      {"its link is down", {sentinels(), {rb, unlinked}}, replica_not_ready},
      {"it follows another", {sentinels(), {rb, elsewhere}}, replica_not_ready},
      {"it is silent, and its priority better", best, replica_not_ready},
      {"it was not asked", {sentinels(), {rb}}, replica_not_ready},
      {"it is held back, and the sentinel has yet to hear of it",
       {sentinels(), {rb, stopping(unlinked)}},
       replica_not_ready},
  });
}

TEST(Handover, NotWhenNobodyCanTakeOver) {
  expect({
      {"no sentinel", {{}, {rb, rc}}, few_sentinels},
      {"one of three", {name(me, 1), {rb, rc}}, few_sentinels},
      {"another is named", {name(b), {rb, rc}}, few_sentinels},
      {"no replica", {name(me), {}}, no_replica},
      {"all stop", {sentinels(), {stopping(rb), stopping(rc)}}, no_replica},
      {"a failover", {seeing("master,failover_in_progress"), {rb, rc}}, failover_under_way},
      {"o_down", {seeing("s_down,o_down,master"), {rb, rc}}, failover_under_way},
  });
}

TEST(Handover, AsksASentinelThatActs) {
  const auto asked = [](std::vector<SentinelView> all) {
    return plan_handover({std::move(all), {rb, rc}}, {me}).sentinel;
  };
  auto all = sentinels();
  EXPECT_EQ(asked(all), sentinel_at(0));
  all[0].tilt = true;
  all[0].replicas.clear();
  EXPECT_EQ(asked(all), sentinel_at(1)) << "and its replicas are those that count";
  EXPECT_EQ(plan_handover({all, {rb, rc}}, {me}).candidates, (std::vector<Endpoint>{b, c}));
  all[1].busy = true;
  EXPECT_EQ(asked(all), sentinel_at(2)) << "it ends a failover to this node";
  all[2].master = b;
  EXPECT_EQ(asked(all), sentinel_at(1)) << "the other names somebody else";
  all[1].tilt = all[2].tilt = true;
  all[2].master = me;
  expect({{"all are in TILT", {all, {rb, rc}}, nobody_acts}});
  EXPECT_EQ(sentinel_to_ask({all, {}}), nullptr);
}

TEST(Handover, KnowsASentinelBehindAServiceByItsOwnAddress) {
  auto all = sentinels();
  const Endpoint service{"10.9.0.1", 26379};
  all[0].at = service;
  const FailoverSentinel whom = plan_handover({all, {rb, rc}}, {me}).asked;
  EXPECT_EQ(whom.id, ids[0]);
  EXPECT_EQ(whom.addresses, (std::vector<Endpoint>{service, sentinel_at(0)}));
  all[0].id.clear();
  EXPECT_EQ(addressed(all[0], {all, {}}).addresses, (std::vector<Endpoint>{service}));
}

TEST(Handover, PausesForLessThanLooksLikeDeath) {
  auto hasty = sentinels();
  hasty.back().down_after = milliseconds(1000);
  EXPECT_EQ(plan_handover({sentinels(), {rb, rc}}, {me}).pause, milliseconds(2000));
  EXPECT_EQ(plan_handover({hasty, {rb, rc}}, {me}).pause, milliseconds(500));
}

struct RefusalRow {
  Reply::Kind kind;
  std::string text;
  bool lacks;
};

TEST(Handover, OnlyAnOldServerLacksThePauseOfWrites) {
  const auto error = Reply::Kind::error;
  const std::vector<RefusalRow> rows{
      {error, "ERR Unknown subcommand or wrong number of arguments for 'PAUSE'. Try CLIENT HELP.",
       true},
      {error, "ERR Unknown subcommand or wrong number of arguments for 'pause'.", true},
      {error, "ERR Unknown subcommand or wrong number of arguments for 'SET'.", false},
      {error, "ERR unknown command `CLIENT`, with args beginning with: `PAUSE`, ", false},
      {error, "ERR unknown subcommand 'pausex'. Try CLIENT HELP.", false},
      {error, "NOPERM this user has no permissions to run the 'client' command", false},
      {error, "", false},
      {Reply::Kind::text, "OK", false},
  };
  for (const RefusalRow& row : rows) {
    EXPECT_EQ(lacks_write_pause({row.kind, row.text, 0, {}}), row.lacks) << row.text;
  }
}

TEST(Handover, BeginsWhenASentinelWillSoonAsk) {
  const auto delay = [](int age) {
    auto all = sentinels();
    all.front().replicas.front().info_age = milliseconds(age);
    return plan_handover({all, {rb, rc}}, {me}).delay.count();
  };
  EXPECT_EQ(delay(0), 620);
  EXPECT_EQ(delay(620), 0);
  EXPECT_EQ(delay(621), 999);
  EXPECT_EQ(delay(1000), 620);
  EXPECT_EQ(delay(1001), 0) << "it asks seldom";
}

TEST(Handover, TheNextInLineHaveTheLowestPriorityNumber) {
  const GroupView view{sentinels(), {rb, rc}};
  const auto line = [&](const std::vector<SentinelView>& by) {
    return next_in_line(by.front(), view);
  };
  EXPECT_EQ(line(sentinels(100)), (std::vector{b, c}));
  EXPECT_EQ(line(sentinels(10)), std::vector{c});
  EXPECT_EQ(line(sentinels(0)), (std::vector{b, c})) << "it says otherwise itself";
  EXPECT_EQ(line(sentinels(10, "s_down,slave")), std::vector{b});
}

TEST(Handover, WhoHasLessThanAnotherIsOutpaced) {
  const auto known_names = [](const std::vector<NodeView>& nodes) {
    std::vector<Endpoint> all;
    for (const NodeView& node : nodes) {
      all.push_back(node.at);
    }
    return all;
  };
  const auto behind = [&](int priority_of_c, const NodeView& one, const NodeView& other) {
    return known_names(outpaced(sentinels(priority_of_c).front(), {{}, {one, other}}));
  };
  const NodeView old_c = replica(c, me, 50);
  EXPECT_EQ(behind(100, rb, rc), std::vector<Endpoint>{}) << "as much";
  EXPECT_EQ(behind(100, rb, old_c), std::vector{c});
  EXPECT_EQ(behind(10, rb, old_c), std::vector{c}) << "although it comes first";
  EXPECT_EQ(behind(200, rb, old_c), std::vector<Endpoint>{}) << "it is not its turn";
  EXPECT_EQ(behind(10, stopping(rb), old_c), std::vector{c}) << "both are held back then";
  EXPECT_EQ(behind(10, rb, stopping(old_c)), std::vector{c})
      << "the sentinel has yet to hear of it";
  EXPECT_EQ(behind(held_back(10), rb, stopping(old_c)), std::vector<Endpoint>{}) << "it has";
  NodeView backup = rb;
  backup.priority = 0;
  EXPECT_EQ(behind(10, backup, old_c), std::vector<Endpoint>{}) << "the other is no candidate";
  EXPECT_EQ(behind(10, silent(b), old_c), std::vector<Endpoint>{});
  NodeView other_history = rb;
  other_history.replication_id = "other";
  EXPECT_EQ(behind(10, other_history, old_c), std::vector<Endpoint>{});
}

}  // namespace
}  // namespace dkr
