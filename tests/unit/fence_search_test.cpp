// When a master takes no writes: what must never happen, whatever is found.

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "dkr/core/decide/fence.hpp"
#include "views.hpp"

namespace dkr {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint now = TimePoint{} + 1h;

SentinelSight any_sight(std::mt19937& random, std::size_t which, std::size_t known) {
  const std::vector<std::string> flags{"master",
                                       "master",
                                       "master",
                                       "s_down,master",
                                       "s_down,o_down,master",
                                       "master,failover_in_progress"};
  const std::vector<Endpoint> masters{me, me, b, c};
  SentinelSight sight;
  sight.view = names(masters[static_cast<std::size_t>(pick(random, 4))], which,
                     static_cast<std::uint64_t>(pick(random, 3)), known);
  sight.view.flags = ServerFlags(flags[static_cast<std::size_t>(pick(random, 6))]);
  sight.alarmed = pick(random, 10) == 0;
  for (const Endpoint& at : {b, c}) {
    if (pick(random, 3) != 0) {
      sight.view.replicas.push_back({at, "", ServerFlags("slave"), pick(random, 8) == 0 ? 0 : 100});
    }
  }
  if (const int age = pick(random, 4); age != 0) {
    sight.heard = now - (age == 1 ? 1min : 1s);
  }
  sight.view.knows_group = sight.heard && pick(random, 10) != 0;
  return sight;
}

FenceView any_view(std::mt19937& random, std::size_t known) {
  FenceView view;
  view.own = pick(random, 20) == 0 ? replica(me, b) : master(me);
  for (const Endpoint& at : {b, c}) {
    if (pick(random, 2) == 0) {
      view.own.replicas.push_back(at);
    }
    if (pick(random, 2) == 0) {
      view.peers.push_back(at);
    }
  }
  for (std::size_t which = 0; which < known; ++which) {
    view.sentinels.push_back(any_sight(random, which, known));
  }
  view.own_heard = now - (pick(random, 4) == 0 ? 1min : 0min);
  view.since = now - (pick(random, 2) == 0 ? 1s : 1h);
  view.gate = static_cast<Gate>(pick(random, 3));
  view.epoch = static_cast<std::uint64_t>(pick(random, 3));
  return view;
}

/// The same as the sentinels in reach say it, counted anew.
struct Count {
  std::size_t for_me = 0, for_b = 0, for_c = 0, down = 0;
  std::uint64_t my_epoch = 0, other_epoch = 0;
  bool failover = false;

  explicit Count(const FenceView& view) {
    for (const auto& [said, heard, alarmed, voted, own] : view.sentinels) {
      if (!said.knows_group || !heard || *heard < now - 5s) {
        continue;
      }
      const bool mine = said.master == me;
      (mine ? for_me : said.master == b ? for_b : for_c) += 1;
      (mine ? my_epoch : other_epoch) = std::max(mine ? my_epoch : other_epoch, said.config_epoch);
      const bool odown = said.flags.text.find("o_down") != std::string::npos;
      const bool failing = said.flags.text.find("failover") != std::string::npos;
      failover = failover || (mine && (odown || failing || alarmed));
      down += mine && said.flags.text.starts_with("s_down") ? 1U : 0U;
    }
  }
};

/// Whether every replica that any sentinel may promote is linked.
bool heirs_are_linked(const FenceView& view) {
  const auto linked = [&](const KnownServer& heir) {
    return heir.priority == 0 || contains(view.own.replicas, heir.at);
  };
  return std::all_of(view.sentinels.begin(), view.sentinels.end(), [&](const auto& sight) {
    return std::all_of(sight.view.replicas.begin(), sight.view.replicas.end(), linked);
  });
}

TEST(Fence, WhateverIsSeenTheseNeverHappen) {
  std::mt19937 random(20261125);
  const Settings settings = usual();
  int closings = 0;
  for (int i = 0; i < 20'000; ++i) {
    const std::size_t known = pick(random, 4) == 0 ? 8 : 3;
    const FenceView view = any_view(random, known);
    const FenceVerdict verdict = judge_fence(settings, view, {me}, now);
    const Count count(view);
    const bool is_master = view.own.role == NodeView::Role::master;
    const bool other = 2 * std::max(count.for_b, count.for_c) > known;
    const bool newest = count.my_epoch > count.other_epoch;
    ASSERT_FALSE(is_master && other && !newest && verdict.gate != Gate::closed)
        << i << ": replaced, and takes writes";
    const bool tie = count.my_epoch == count.other_epoch && count.my_epoch > view.epoch;
    const bool mine = 2 * count.for_me > known && count.my_epoch >= count.other_epoch && !tie;
    const bool doubted = count.failover || 2 * count.down > known;
    ASSERT_FALSE(mine && !doubted && verdict.gate != Gate::open) << i << ": a false fence";
    ASSERT_FALSE(!is_master && verdict.gate != Gate::open) << i << ": a replica is fenced";
    ASSERT_FALSE(is_master && mine && doubted && verdict.gate != Gate::closed &&
                 verdict.reason != FenceReason::alone)
        << i << ": failed over, and takes writes";
    ASSERT_FALSE(verdict.reason == FenceReason::all_linked && !heirs_are_linked(view))
        << i << ": guarded without a replica";
    closings += verdict.gate == Gate::closed ? 1 : 0;
  }
  EXPECT_GT(closings, 2'000);
  EXPECT_LT(closings, 18'000);
}

}  // namespace
}  // namespace dkr
