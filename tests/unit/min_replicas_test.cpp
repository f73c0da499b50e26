// The limits below which a master refuses writes.

#include "dkr/core/node/min_replicas.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace dkr {
namespace {

TEST(MinReplicas, LimitsThatRefuseAllAreNeverTheUsers) {
  EXPECT_FALSE(refuse_all({}));
  EXPECT_FALSE(refuse_all({1000, 10}));
  EXPECT_TRUE(refuse_all({no_writes, 10}));
  EXPECT_TRUE(refuse_all({no_writes_in_handover, 10}));
  EXPECT_TRUE(refuse_all({no_writes_in_handover, 0})) << "only half of them is set yet";
}

struct ConfigRow {
  std::vector<std::string> items;
  std::optional<MinReplicas> expected;
};

TEST(MinReplicas, AreReadFromTheAnswerOfTheServer) {
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
    EXPECT_EQ(min_replicas_in(config), row.expected) << row.items.size();
  }
  EXPECT_EQ(min_replicas_in(Reply{Reply::Kind::error, "NOPERM", 0, {}}), std::nullopt);
}

}  // namespace
}  // namespace dkr
