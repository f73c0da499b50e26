// What a crash of the server would cost, and what follows one.

#include "dkr/core/crash.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

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
  EXPECT_EQ(stake_of(replica(me, b), 5s), Stake::nothing);
  EXPECT_EQ(stake_of(silent(me), 5s), Stake::nothing);
  EXPECT_EQ(stake_of(with_aof(-1), 5s), Stake::master) << "no AOF";
  EXPECT_EQ(stake_of(with_aof(0), 5s), Stake::quick_master) << "an empty one";
  EXPECT_EQ(stake_of(with_aof(31 * mebibyte), 5s), Stake::quick_master);
  EXPECT_EQ(stake_of(with_aof(33 * mebibyte), 5s), Stake::master);
  EXPECT_EQ(stake_of(with_aof(31 * mebibyte), 500ms), Stake::master) << "down by then";
  EXPECT_EQ(stake_of(with_aof(mebibyte, true), 5s), Stake::master) << "the AOF is made anew";
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
    OnCrash wish;
    Stake stake;
    int lately;
    Sequel sequel;
  };
  using enum Stake;
  using enum OnCrash;
  const std::vector<Row> rows{
      {automatic, nothing, 1, Sequel::leave},
      {automatic, quick_master, 1, Sequel::restart},
      {automatic, quick_master, 2, Sequel::failover},
      {automatic, master, 1, Sequel::failover},
      {automatic, master, most_crashes, Sequel::failover},
      {automatic, master, most_crashes + 1, Sequel::leave},
      {restart, nothing, 1, Sequel::leave},
      {restart, master, 2, Sequel::restart},
      {restart, quick_master, most_crashes + 1, Sequel::leave},
      {failover, quick_master, 1, Sequel::failover},
      {failover, nothing, 1, Sequel::leave},
      {OnCrash::exit, quick_master, 1, Sequel::leave},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(after_crash(row.wish, row.stake, {row.lately, row.lately, {}}), row.sequel)
        << static_cast<int>(row.wish) << ' ' << static_cast<int>(row.stake) << ' ' << row.lately;
  }
}

}  // namespace
}  // namespace dkr
