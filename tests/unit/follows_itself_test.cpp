// A node that was told its own virtual address as that of the master, and finds that out while it
// runs.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "dkr/core/base/timing.hpp"
#include "dkr/core/decide/running_role.hpp"
#include "views.hpp"

namespace dkr {
namespace {

const Endpoint service{"10.9.9.9", 6379};

RunningDecision decided(const NodeView& own, const RoleInputs& inputs, const GroupView& view = {}) {
  const Settings settings = usual();
  const NodeData local = data_of(own, {});
  return decide_running_role({settings, local, view, inputs, &own}, own_role_grace);
}

RoleInputs told(const Endpoint& set, const std::vector<Endpoint>& met) {
  RoleInputs inputs{{me}, {set}, {}};
  inputs.met = met;
  return inputs;
}

TEST(FollowsItself, BecomesTheMasterThatItWasToldItIs) {
  const NodeView own = replica(me, service, 0, false);
  const auto decision = decided(own, told(service, {service}));
  EXPECT_EQ(decision.action, RunningAction::serve);
  EXPECT_EQ(decision.found.kind, RoleCase::Kind::set_master_is_me);
}

TEST(FollowsItself, OnlyWhereItHasMetItself) {
  NodeView linked = replica(me, service, 0, false);
  linked.was_linked = true;
  struct Row {
    std::string what;
    NodeView own;
    RoleInputs inputs;
    GroupView view;
  };
  const NodeView own = replica(me, service, 0, false);
  const std::vector<Row> rows{
      {"an address of its own is no proof", replica(me, me, 0, false), told(me, {}), {}},
      {"it has met nobody there", own, told(service, {}), {}},
      {"it was not told so", own, told(b, {service}), {}},
      {"it has data", replica(me, service, 0, true), told(service, {service}), {}},
      {"it was linked to another there", linked, told(service, {service}), {}},
      {"another one is a master", own, told(service, {service}), {{}, {master(b)}}},
      {"the sentinels name another one", own, told(service, {service}), {name(b), {silent(b)}}},
  };
  for (const Row& row : rows) {
    EXPECT_NE(decided(row.own, row.inputs, row.view).action, RunningAction::serve) << row.what;
  }
}

}  // namespace
}  // namespace dkr
