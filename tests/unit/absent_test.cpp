#include "dkr/core/decide/absent.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "dkr/core/base/timing.hpp"

namespace dkr {
namespace {

constexpr TimePoint start{};
const std::vector<Endpoint> me{{"10.0.0.1", 6379}};
const Endpoint linked{"10.0.0.2", 6379};
const Endpoint lost{"10.0.0.3", 6379};

SentinelSight sight(int number, const char* flags) {
  SentinelSight sight;
  sight.view.at = {"10.0.1." + std::to_string(number), 26379};
  sight.view.id = std::to_string(number);
  sight.view.knows_group = true;
  sight.view.master = me[0];
  sight.view.down_after = 5s;
  for (int other = 1; other <= 3; ++other) {
    if (other != number) {
      sight.view.sentinels.push_back({{"10.0.1." + std::to_string(other), 26379},
                                      std::to_string(other),
                                      ServerFlags("sentinel")});
    }
  }
  sight.view.replicas = {{linked, "", ServerFlags("slave")}, {lost, "", ServerFlags(flags)}};
  sight.heard = start;
  return sight;
}

FenceView fence_view() {
  FenceView view;
  view.own.role = NodeView::Role::master;
  view.own.replicas = {linked};
  view.own_heard = start;
  for (int number = 1; number <= 3; ++number) {
    view.sentinels.push_back(sight(number, "s_down,slave,disconnected"));
  }
  return view;
}

struct Row {
  std::string what;
  std::function<void(FenceView&)> change;
  Suspects suspects;
};

TEST(Absent, OnlyWhomAllSentinelsMissMayBeGone) {
  using Nobody = std::vector<Endpoint>;
  const std::vector<Row> rows{
      {"all call it down", [](FenceView&) {}, Nobody{lost}},
      {"one calls it alive",
       [](FenceView& view) { view.sentinels[2].view.replicas[1].flags = ServerFlags("slave"); },
       Nobody{}},
      {"one does not know it", [](FenceView& view) { view.sentinels[2].view.replicas.pop_back(); },
       Nobody{lost}},
      {"it is linked", [](FenceView& view) { view.own.replicas.push_back(lost); }, Nobody{}},
      {"most sentinels are out of reach", [](FenceView& view) { view.sentinels.resize(1); },
       std::nullopt},
      {"they have been silent for long",
       [](FenceView& view) { view.sentinels[0].heard = view.sentinels[1].heard = start - 1s; },
       std::nullopt},
      {"one fails over",
       [](FenceView& view) {
         view.sentinels[0].view.flags = ServerFlags("master,failover_in_progress");
       },
       std::nullopt},
      {"one names it", [](FenceView& view) { view.sentinels[0].view.master = lost; }, std::nullopt},
      {"this node is a replica", [](FenceView& view) { view.own.role = NodeView::Role::replica; },
       std::nullopt},
  };
  for (const Row& row : rows) {
    FenceView view = fence_view();
    row.change(view);
    EXPECT_EQ(suspects_of(view, me, start), row.suspects) << row.what;
  }
}

TEST(Absent, AReplicaIsGoneOnceItHasBeenForLong) {
  AbsentReplicas replicas;
  replicas.take({lost}, {lost}, start);
  EXPECT_TRUE(replicas.all(60s).empty());
  replicas.take({lost}, {}, start + 30s);
  replicas.take({lost}, {lost}, start + 40s);
  replicas.take({lost}, {lost}, start + 90s);
  EXPECT_TRUE(replicas.all(60s).empty()) << "its name was back in between";
  replicas.take({lost}, {lost}, start + 100s);
  EXPECT_EQ(replicas.all(60s), std::vector<Endpoint>{lost});

  replicas.reconsider(std::nullopt, {});
  EXPECT_EQ(replicas.all(60s).size(), 1U) << "no sentinel answers any more";
  NodeView own;
  own.replicas = {lost};
  AbsentReplicas back = replicas;
  back.reconsider(std::nullopt, own);
  EXPECT_TRUE(back.all(60s).empty()) << "it is linked";
  replicas.reconsider(std::vector<Endpoint>{}, {});
  EXPECT_TRUE(replicas.all(60s).empty()) << "a sentinel reaches it";
}

TEST(Absent, TheFenceDoesNotCountAReplicaThatIsGone) {
  Settings settings;
  settings.fence = {true, false};
  FenceView view = fence_view();
  for (SentinelSight& one : view.sentinels) {
    one.heard = start - 100s;
  }
  view.since = start - 1000s;
  view.own_heard = start;
  EXPECT_EQ(judge_fence(settings, view, me, start).reason, FenceReason::cut_off);
  EXPECT_EQ(memory_of(view, me).replicas.size(), 2U);
  view.absent = {lost};
  EXPECT_EQ(judge_fence(settings, view, me, start).reason, FenceReason::all_linked);
  EXPECT_EQ(memory_of(view, me).replicas, std::vector<Endpoint>{linked});
  for (SentinelSight& one : view.sentinels) {
    one.view.master = lost;
  }
  EXPECT_EQ(judge_fence(settings, view, me, start).reason, FenceReason::cut_off)
      << "a sentinel has named it";
}

}  // namespace
}  // namespace dkr
