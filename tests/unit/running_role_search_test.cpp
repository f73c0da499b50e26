// What a data node that runs does about its role: what must never happen, whatever is found.

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "dkr/core/decide/running_role.hpp"
#include "dkr/core/decide/sentinel_master.hpp"
#include "dkr/core/node/node_data.hpp"
#include "dkr/core/view/votes.hpp"
#include "views.hpp"

namespace dkr {
namespace {

using std::chrono::milliseconds;
using Action = RunningAction;

NodeView any_own(std::mt19937& random) {
  NodeView own = any_node(random, me, b, c);
  own.role = pick(random, 2) == 0 ? NodeView::Role::master : NodeView::Role::replica;
  own.loading = false;
  own.link_up = pick(random, 3) == 0;
  if (own.role == NodeView::Role::master) {
    own.master = {};
  }
  return own;
}

GroupView any_group(std::mt19937& random) {
  const std::vector<Endpoint> masters{me, b, b, c};
  GroupView view;
  const Endpoint& one = masters[static_cast<std::size_t>(pick(random, 4))];
  const Endpoint& other = masters[static_cast<std::size_t>(pick(random, 4))];
  for (std::size_t which = 0; which < 3; ++which) {
    view.sentinels.push_back(
        names(pick(random, 4) == 0 ? other : one, which, pick(random, 2) == 0 ? 1 : 2));
    view.sentinels.back().flags =
        ServerFlags(pick(random, 12) == 0 ? "master,failover_in_progress" : "master");
    view.sentinels.back().down_after = milliseconds(pick(random, 3) * 4000);
  }
  for (const Endpoint& at : {b, c}) {
    if (pick(random, 5) != 0) {
      view.nodes.push_back(any_node(random, at, me, at == b ? c : b));
    }
  }
  return view;
}

bool fails_over(const GroupView& view) {
  return std::any_of(view.sentinels.begin(), view.sentinels.end(),
                     [](const SentinelView& said) { return said.flags.text != "master"; });
}

bool named_later(const GroupView& view) {
  std::uint64_t mine = 0;
  std::uint64_t others = 0;
  for (const SentinelView& said : view.sentinels) {
    (said.master == me ? mine : others) =
        std::max(said.master == me ? mine : others, said.config_epoch);
  }
  return mine > others;
}

/// What is wrong with a turn; empty: nothing.
std::string wrong(const RunningDecision& decision, const NodeView& own, const GroupView& view,
                  bool accepts, bool foreign) {
  if (decision.action == Action::stay) {
    return "";
  }
  const auto named = named_by_majority(view);
  if (fails_over(view) || (named != me && named_later(view))) {
    return "something is done during a failover";
  }
  if (!named || (decision.found.server == me)) {
    return "without a word of the sentinels, or to itself";
  }
  const NodeView* other = find_node(view, decision.found.server);
  const bool follows = decision.action == Action::follow || decision.action == Action::set_aside;
  if (follows && (other == nullptr || other->role != NodeView::Role::master)) {
    return "follows one that is no live master";
  }
  const bool wipes = decision.action == Action::follow && own.has_keys() && !other->has_keys() &&
                     !other->loading && other->replication_id != own.replication_id;
  if (wipes && !accepts) {
    return "follows an empty master of another history";
  }
  if (own.role != NodeView::Role::master &&
      (decision.action == Action::repoint || decision.action == Action::set_aside || own.link_up)) {
    return "a replica with its link up, or one that sets the sentinels right";
  }
  const bool rises = decision.action == Action::serve || decision.action == Action::promote;
  const bool abandoned =
      decision.found.kind == RoleCase::Kind::nobody_lives &&
      std::all_of(view.nodes.begin(), view.nodes.end(), [&](const NodeView& node) {
        return node.role != NodeView::Role::master && (node.at != named || is_silent(node));
      });
  const bool circle = decision.found.kind == RoleCase::Kind::named_follows_me;
  if (rises && ((*named != me && !abandoned && !circle) || own.role == NodeView::Role::master)) {
    return "serves without being named";
  }
  return foreign && *named != me ? "gives foreign data away" : "";
}

TEST(RunningDecision, WhateverIsFoundTheseNeverHappen) {
  std::mt19937 random(20261125);
  Settings settings = usual();
  int deeds = 0;
  for (int i = 0; i < 40'000; ++i) {
    const NodeView own = any_own(random);
    const GroupView view = any_group(random);
    settings.accept_data_loss.value = pick(random, 6) == 0;
    const NodeData local = data_of(own, note_of(pick(random, 2) == 0 ? "redis" : ""));
    const milliseconds lasted(pick(random, 5) * 20000);
    const RoleInputs inputs{{me}, {}, {}};
    const Situation now{settings, local, view, inputs, &own};
    const RunningDecision decision = decide_running_role(now, lasted);
    ASSERT_EQ(wrong(decision, own, view, settings.accept_data_loss.value, now.is_foreign()), "")
        << i << ": " << describe(decision.found);
    const RunningDecision first = decide_running_role(now, {});
    ASSERT_EQ(first.action, Action::stay) << i << ": " << describe(first.found);
    ASSERT_EQ(first.found.kind, decision.found.kind)
        << i << ": the reason depends on how long it is seen";
    deeds += decision.action == Action::stay ? 0 : 1;
  }
  EXPECT_GT(deeds, 4'000);
}

}  // namespace
}  // namespace dkr
