// Which role a data node starts in: what must never happen, whatever is found.

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "dkr/core/decide/sentinel_master.hpp"
#include "dkr/core/decide/start_role.hpp"
#include "dkr/core/node/node_data.hpp"
#include "dkr/core/view/votes.hpp"
#include "views.hpp"

namespace dkr {
namespace {

using enum RoleCase::Kind;
using std::chrono::milliseconds;
using Action = RoleAction;

/// Sentinels that name a node, with any doubts about it.
std::vector<SentinelView> any_sentinels(std::mt19937& random, const Endpoint& named) {
  const std::vector<std::string> flags{"master", "s_down,master", "s_down,o_down,master",
                                       "master,failover_in_progress"};
  auto all = name(named, static_cast<std::size_t>(pick(random, 4)));
  for (SentinelView& sentinel : all) {
    sentinel.replicas = {{b, "", ServerFlags("slave"), pick(random, 2)},
                         {c, "", ServerFlags("slave"), pick(random, 2)}};
    sentinel.down_after = milliseconds(5000);
    if (pick(random, 4) == 0) {
      sentinel.flags = ServerFlags(flags[static_cast<std::size_t>(pick(random, 4))]);
      sentinel.silence = milliseconds(pick(random, 5000));
    }
    if (pick(random, 8) == 0) {
      sentinel.master = c;
      sentinel.config_epoch = static_cast<std::uint64_t>(pick(random, 3));
    }
  }
  return all;
}

/// Whether a sentinel may replace this node, or has done so.
bool is_doubted(const GroupView& view) {
  const auto mine = naming_epochs(view, {me}).mine;
  return std::any_of(view.sentinels.begin(), view.sentinels.end(), [&](const auto& sentinel) {
    return sentinel.master == me
               ? sentinel.flags.text != "master" || sentinel.silence > milliseconds(2500)
               : sentinel.config_epoch > mine;
  });
}

TEST(Role, WhateverIsFoundTheseNeverHappen) {
  std::mt19937 random(20261124);
  const std::vector<NodeData> locals{fresh,          was_master,  old_master, unsure_master,
                                     emptied_master, was_replica, stranger};
  const Settings settings = usual();
  for (int i = 0; i < 200'000; ++i) {
    GroupView view;
    if (pick(random, 4) != 0) {
      view.sentinels = any_sentinels(random, pick(random, 2) == 0 ? me : b);
    }
    for (const Endpoint& at : {b, c}) {
      if (pick(random, 4) != 0) {
        view.nodes.push_back(any_node(random, at, me, c));
      }
    }
    const NodeData& local =
        locals[static_cast<std::size_t>(pick(random, static_cast<int>(locals.size())))];
    const RoleInputs inputs{{me},
                            {},
                            {me, b, c},
                            milliseconds(pick(random, 3) * 40000),
                            static_cast<AfterEnd>(pick(random, 3))};
    const RoleDecision decision = decide_start_role({settings, local, view, inputs});
    const auto named = named_by_majority(view);
    const bool serves = decision.action == Action::be_master;
    ASSERT_FALSE(serves && named == me && is_doubted(view)) << i << ": open while in doubt";
    for (const NodeView& other : view.nodes) {
      const bool alive = other.role != NodeView::Role::unknown;
      const bool more = other.role == NodeView::Role::replica &&
                        (local.has_data ? local.reach.offset >= 0 &&
                                              other.replication_id == local.reach.replication_id &&
                                              other.offset > local.reach.offset
                                        : other.has_keys());
      ASSERT_FALSE(serves && named == me && more) << i << ": master while another has more";
      ASSERT_FALSE(serves && other.at == named && other.role == NodeView::Role::master)
          << i << ": master beside the named one";
      const bool wipes = decision.action == Action::be_replica &&
                         decision.found.server == other.at && alive && local.has_data &&
                         !other.has_keys() && !other.loading &&
                         other.replication_id != local.reach.replication_id && named == other.at;
      ASSERT_FALSE(wipes && decision.found.kind == named_master_lives) << i << ": wiped";
    }
    ASSERT_FALSE(decision.action == Action::be_replica && decision.found.server == me) << i;
    ASSERT_FALSE(local.group.empty() && local.has_data && named && named != me &&
                 decision.action == Action::be_replica && decision.found.server.host.empty())
        << i;
  }
}

}  // namespace
}  // namespace dkr
