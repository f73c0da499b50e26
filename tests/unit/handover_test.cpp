// Whether a master can be handed over, and to whom.

#include "dkr/core/handover.hpp"

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
    sentinel.flags = "master";
    sentinel.down_after = milliseconds(5000);
    sentinel.replicas = {{b, "", "slave", 100}, {c, "", flags_of_c, priority_of_c}};
  }
  return all;
}

std::vector<SentinelView> seeing(const std::string& flags) {
  auto all = sentinels();
  all.back().flags = flags;
  return all;
}

NodeView linked_replica(const Endpoint& at) {
  NodeView view = replica(at, me);
  view.link_up = true;
  return view;
}

NodeView stopping(NodeView view) {
  view.priority = 0;
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
  expect({
      {"both", {sentinels(), {rb, rc}}, none, {b, c}},
      {"the lowest priority number first", {sentinels(10), {rb, rc}}, none, {c}},
      {"never priority 0", {sentinels(0), {rb, rc}}, none, {b}},
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

TEST(Handover, PausesForLessThanLooksLikeDeath) {
  auto hasty = sentinels();
  hasty.back().down_after = milliseconds(1000);
  EXPECT_EQ(plan_handover({sentinels(), {rb, rc}}, {me}).pause, milliseconds(2000));
  EXPECT_EQ(plan_handover({hasty, {rb, rc}}, {me}).pause, milliseconds(500));
}

}  // namespace
}  // namespace dkr
