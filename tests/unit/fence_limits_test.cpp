// Which limits of writes the fence sets, and which it leaves alone.

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "dkr/core/decide/fence.hpp"

namespace dkr {
namespace {

using namespace std::chrono_literals;
using enum FenceReason;
using std::chrono::milliseconds;

constexpr Gate open = Gate::open;
constexpr Gate guarded = Gate::guarded;
constexpr Gate closed = Gate::closed;

struct LimitsRow {
  std::string what;
  FenceVerdict verdict;
  MinReplicas users;
  MinReplicas expected;
};

TEST(Fence, NeverAsksForFewerReplicasThanTheUser) {
  const std::vector<LimitsRow> rows{
      {"open", {open, named}, {1, 7}, {1, 7}},
      {"guarded", {guarded, all_linked, 2}, {0, 10}, {2, 2}},
      {"guarded by more than the user asks for", {guarded, all_linked, 2}, {1, 1}, {2, 1}},
      {"the user asks for more", {guarded, all_linked, 2}, {3, 10}, {3, 2}},
      {"the user's lag is no limit", {guarded, all_linked, 2}, {0, 0}, {2, 2}},
      {"closed", {closed, cut_off}, {1, 7}, {no_writes, 7}},
      {"without a lag the server would not count", {closed, cut_off}, {0, 0}, {no_writes, 1}},
  };
  for (const LimitsRow& row : rows) {
    const MinReplicas limits = limits_of(row.verdict, row.users);
    EXPECT_EQ(limits.to_write, row.expected.to_write) << row.what;
    EXPECT_EQ(limits.max_lag, row.expected.max_lag) << row.what;
  }
}

TEST(Fence, LimitsThatRefuseAllAreNeverTheUsers) {
  EXPECT_FALSE(refuse_all({}));
  EXPECT_FALSE(refuse_all({1000, 10}));
  EXPECT_TRUE(refuse_all({no_writes, 10}));
  EXPECT_TRUE(refuse_all({no_writes_in_handover, 10}));
  EXPECT_TRUE(refuse_all({no_writes_in_handover, 0})) << "only half of them is set yet";
}

struct HandoverRow {
  std::string what;
  MinReplicas limits;
  Gate gate;
  milliseconds lasted;
  bool left;
};

TEST(Fence, LeavesTheLimitsOfAHandoverAloneForAWhile) {
  const MinReplicas handover{no_writes_in_handover, 10};
  const std::vector<HandoverRow> rows{
      {"it has begun", handover, open, 0ms, true},
      {"it is about to end", handover, open, 2999ms, true},
      {"it was killed", handover, open, 3000ms, false},
      {"it was killed long ago", handover, open, 1h, false},
      {"only half of its limits is set", {no_writes_in_handover, 0}, open, 0ms, true},
      {"a guard refuses less", handover, guarded, 0ms, true},
      {"and comes back when it was killed", handover, guarded, 3000ms, false},
      {"closed for another reason", handover, closed, 0ms, false},
      {"the fence's own", {no_writes, 10}, open, 0ms, false},
      {"the user's own", {1, 10}, open, 0ms, false},
  };
  for (const HandoverRow& row : rows) {
    EXPECT_EQ(are_left_to_handover(row.limits, row.gate, row.lasted, 3000ms), row.left) << row.what;
  }
}

struct ConfigRow {
  std::vector<std::string> items;
  std::optional<MinReplicas> expected;
};

TEST(Fence, ReadsTheLimitsOfTheServer) {
  const std::string to_write = "min-replicas-to-write";
  const std::string max_lag = "min-replicas-max-lag";
  const std::vector<ConfigRow> rows{
      {{to_write, "2", max_lag, "5"}, MinReplicas{2, 5}},
      {{max_lag, "0", to_write, "2147483647"}, MinReplicas{no_writes, 0}},
      {{to_write, "2"}, {}},
      {{to_write, "2", max_lag}, {}},
      {{to_write, "x", max_lag, "5"}, {}},
      {{to_write, "2147483648", max_lag, "5"}, {}},
      {{}, {}},
  };
  for (const ConfigRow& row : rows) {
    Reply config{Reply::Kind::list, "", 0, {}};
    for (const std::string& item : row.items) {
      config.items.push_back({Reply::Kind::text, item, 0, {}});
    }
    EXPECT_EQ(limits_in(config), row.expected) << row.items.size();
  }
  EXPECT_EQ(limits_in(Reply{Reply::Kind::error, "NOPERM", 0, {}}), std::nullopt);
}

}  // namespace
}  // namespace dkr
