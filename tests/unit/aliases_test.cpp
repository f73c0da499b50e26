#include "dkr/core/settings/aliases.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace dkr {
namespace {

using Entries = std::vector<std::string>;

Result<std::string> looked_up() {
  return std::string("10.9.9.9");
}

Result<std::string> not_found() {
  return Error{ExitStatus::unavailable, "no such name"};
}

struct Row {
  Entries given;
  Entries ours;
};

TEST(Aliases, BecomeOurNames) {
  const std::vector<Row> rows{
      {{"REDIS_PARALLEL_SYNC=3"}, {"REDIS_PARALLEL_SYNCS=3"}},
      {{"REDIS_MASTER_HOST_VAR=BOOT_SERVICE_HOST", "BOOT_SERVICE_HOST=10.0.0.1"},
       {"BOOT_SERVICE_HOST=10.0.0.1", "REDIS_MASTER_HOST=10.0.0.1"}},
      {{"REDIS_MASTER_HOST_VAR=UNSET"}, {}},
      {{"REDIS_ANNOUNCE_IP_VAR=A", "A=a", "REDIS_SLAVE_ANNOUNCE_IP_VAR=B", "B=b"},
       {"A=a", "B=b", "REDIS_ANNOUNCE_HOST=a"}},
      {{"REDIS_SLAVE_ANNOUNCE_IP_VAR=B", "B=b"}, {"B=b", "REDIS_ANNOUNCE_HOST=b"}},
      {{"LOOKUP_ANNOUNCE_IP=1", "REDIS_ANNOUNCE_IP_VAR=A", "A=a"},
       {"A=a", "REDIS_ANNOUNCE_HOST=10.9.9.9"}},
      {{"REDIS_PARALLEL_SYNC=3", "REDIS_PARALLEL_SYNCS=5"}, {"REDIS_PARALLEL_SYNCS=5"}},
      {{"REDIS_PARALLEL_SYNC=3", "REDIS_PARALLEL_SYNCS="},
       {"REDIS_PARALLEL_SYNCS=", "REDIS_PARALLEL_SYNCS=3"}},
      {{"REDIS_PARALLEL_SYNC="}, {}},
      {{"OTHER=1", "REDIS_PORT=1"}, {"OTHER=1", "REDIS_PORT=1"}},
      {{"REDIS_PASS=s"}, {"REDIS_PASSWORD=s"}},
      {{"REDIS_PASS=s", "REDIS_PASSWORD=s"}, {"REDIS_PASSWORD=s"}},
      {{"REDIS_ARGS=--requirepass s"}, {"REDIS_SERVER_ARGS=--requirepass s"}},
      {{"VALKEY_EXTRA_FLAGS=--requirepass s"}, {"REDIS_EXTRA_FLAGS=--requirepass s"}},
      {{"VALKEY_PASSWORD_FILE=/p", "REDIS_PORT_NUMBER=7"},
       {"REDIS_PASSWORD_FILE=/p", "REDIS_PORT=7"}},
      {{"REDIS_REQUIREPASS=null"}, {"REDIS_PASSWORD=null"}},
      {{"LOOKUP_ANNOUNCE_IP=null"}, {"REDIS_ANNOUNCE_HOST=null"}},
      {{"REDIS_MASTER_HOST_VAR=${X}"}, {"REDIS_MASTER_HOST=${X}"}},
  };
  for (const Row& row : rows) {
    const auto ours = apply_aliases(row.given, looked_up);
    ASSERT_TRUE(ours);
    EXPECT_EQ(*ours, row.ours) << row.given.front();
  }
}

TEST(Aliases, AnAddressThatIsNotFoundIsAnError) {
  const auto ours = apply_aliases({"LOOKUP_ANNOUNCE_IP=1"}, not_found);
  ASSERT_FALSE(ours);
  EXPECT_EQ(ours.error().text, "LOOKUP_ANNOUNCE_IP: no such name");
  EXPECT_TRUE(apply_aliases({"LOOKUP_ANNOUNCE_IP=1", "REDIS_ANNOUNCE_HOST=h"}, not_found));
}

}  // namespace
}  // namespace dkr
