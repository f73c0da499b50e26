// What a crash of the server would cost, and what follows one.

#include "dkr/core/init/crash.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "dkr/core/base/timing.hpp"
#include "dkr/core/decide/crash_cost.hpp"
#include "views.hpp"

namespace dkr {
namespace {

using namespace std::chrono_literals;

NodeView with_aof(long long size, bool rewrite = false) {
  NodeView view = master(me);
  view.aof_size = size;
  view.aof_rewrite = rewrite;
  return view;
}

TEST(Crash, AMasterIsBackSoonerThanAReplicaTakesOverOnlyWithASmallWholeAof) {
  constexpr long long mebibyte = 1 << 20;
  EXPECT_EQ(crash_cost_of(replica(me, b), 5s), CrashCost::nothing);
  EXPECT_EQ(crash_cost_of(silent(me), 5s), CrashCost::nothing);
  EXPECT_EQ(crash_cost_of(with_aof(-1), 5s), CrashCost::master) << "no AOF";
  EXPECT_EQ(crash_cost_of(with_aof(0), 5s), CrashCost::quick_master) << "an empty one";
  EXPECT_EQ(crash_cost_of(with_aof(31 * mebibyte), 5s), CrashCost::quick_master);
  EXPECT_EQ(crash_cost_of(with_aof(33 * mebibyte), 5s), CrashCost::master);
  EXPECT_EQ(crash_cost_of(with_aof(31 * mebibyte), 500ms), CrashCost::master) << "down by then";
  EXPECT_EQ(crash_cost_of(with_aof(mebibyte, true), 5s), CrashCost::master)
      << "the AOF is made anew";
  NodeView slow = with_aof(mebibyte);
  slow.aof_waits = true;
  EXPECT_EQ(crash_cost_of(slow, 5s), CrashCost::master) << "the disk is slower than the writes";
}

TEST(Crash, CountsThoseOfTheLastMinute) {
  constexpr TimePoint start{};
  Crashes crashes = count_crash({}, start);
  EXPECT_EQ(crashes.lately, 1);
  crashes = count_crash(crashes, start + crash_window);
  EXPECT_EQ(crashes.lately, 2);
  crashes = count_crash(crashes, start + crash_window + 1ms);
  EXPECT_EQ(crashes.lately, 1);
  EXPECT_EQ(crashes.total, 3);
}

TEST(Crash, EitherARestartInPlaceOrAFailoverFollows) {
  struct Row {
    OnCrash policy;
    CrashCost cost;
    int lately;
    AfterEnd after_end;
  };
  using enum CrashCost;
  using enum OnCrash;
  const std::vector<Row> rows{
      {automatic, nothing, 1, AfterEnd::leave},
      {automatic, quick_master, 1, AfterEnd::restart},
      {automatic, quick_master, 2, AfterEnd::failover},
      {automatic, master, 1, AfterEnd::failover},
      {automatic, master, most_crashes, AfterEnd::failover},
      {automatic, master, most_crashes + 1, AfterEnd::leave},
      {restart, nothing, 1, AfterEnd::leave},
      {restart, master, 2, AfterEnd::restart},
      {restart, quick_master, most_crashes + 1, AfterEnd::leave},
      {failover, quick_master, 1, AfterEnd::failover},
      {failover, nothing, 1, AfterEnd::leave},
      {OnCrash::exit, quick_master, 1, AfterEnd::leave},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(after_crash(row.policy, row.cost, {row.lately, row.lately, {}}), row.after_end)
        << static_cast<int>(row.policy) << ' ' << static_cast<int>(row.cost) << ' ' << row.lately;
  }
}

}  // namespace
}  // namespace dkr
