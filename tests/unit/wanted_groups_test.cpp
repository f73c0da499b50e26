#include "dkr/core/conf/wanted_groups.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "dkr/core/settings/environment.hpp"
#include "dkr/core/settings/raw_settings.hpp"

namespace dkr {
namespace {

/// Every file holds this password but one.
Result<std::string> read_secret(const std::string& path) {
  if (path == "/none") {
    return Error{ExitStatus::config, "no such file"};
  }
  return path == "/blank" ? std::string("two words") : std::string("s3cret\n");
}

std::string text_of(const std::vector<WantedGroup>& groups) {
  std::string text;
  for (const WantedGroup& group : groups) {
    text += group.name + (group.removed ? " removed" : "");
    text += group.first_master ? " " + to_string(*group.first_master) : "";
    for (const GroupOption& option : group.options) {
      text += ", " + option.name + " " + option.value;
    }
    text += "; ";
  }
  return text;
}

struct Row {
  std::string file;
  std::string groups;
};

TEST(WantedGroups, AreReadAsSentinelReadsThem) {
  const std::vector<Row> rows{
      {"", ""},
      {"# nothing\n\n  \n", ""},
      {"sentinel monitor g 10.0.0.1 6379 2\n", "g 10.0.0.1:6379, quorum 2; "},
      {"SENTINEL Monitor g 10.0.0.1 6379 2", "g 10.0.0.1:6379, quorum 2; "},
      {"sentinel monitor g redis-1 6379 02\r\n", "g redis-1:6379, quorum 2; "},
      {"sentinel down-after-milliseconds g 5000\nsentinel monitor g ::1 1 3\n",
       "g [::1]:1, down-after-milliseconds 5000, quorum 3; "},
      {"sentinel monitor g h 1 1\nsentinel parallel-syncs g 2\nsentinel parallel-syncs g 3\n",
       "g h:1, quorum 1, parallel-syncs 3; "},
      {"sentinel monitor g h 1 1\nsentinel monitor k h 2 1\nsentinel failover-timeout g 9\n",
       "g h:1, quorum 1, failover-timeout 9; k h:2, quorum 1; "},
      {"sentinel monitor g h 1 1\nsentinel auth-user g app\nsentinel auth-pass g \"pw\"\n",
       "g h:1, quorum 1, auth-user app, auth-pass pw; "},
      {"sentinel monitor g h 1 1\nsentinel auth-pass-file g /run/secrets/g\n",
       "g h:1, quorum 1, auth-pass s3cret; "},
      {"sentinel monitor g h 1 1\nsentinel master-reboot-down-after-period g 0\n",
       "g h:1, quorum 1, master-reboot-down-after-period 0; "},
      {"sentinel monitor g h 1 1\nsentinel notification-script g /bin/true\n",
       "g h:1, quorum 1, notification-script /bin/true; "},
      {"sentinel remove old\n", "old removed; "},
  };
  for (const Row& row : rows) {
    const auto groups = parse_groups(row.file, read_secret);
    ASSERT_TRUE(groups) << row.file << groups.error().text;
    EXPECT_EQ(text_of(*groups), row.groups) << row.file;
  }
}

struct RefusedRow {
  std::string file;
  std::string error;
};

TEST(WantedGroups, WithAnErrorAreNone) {
  const std::string monitor = "sentinel monitor g h 1 1\n";
  const std::string form = "accepted is `sentinel OPTION GROUP VALUE`";
  const std::string options =
      "accepted is one of monitor, remove, auth-pass-file, down-after-milliseconds, "
      "failover-timeout, parallel-syncs, master-reboot-down-after-period, auth-user, auth-pass, "
      "notification-script, client-reconfig-script";
  const std::string word = "accepted is a word without blanks, quotes and backslashes";
  const std::vector<RefusedRow> rows{
      {"\n\nport 26379\n", "line 3: " + form},
      {"sentinel myid 1a\n", "line 1: sentinel myid: " + options},
      {"sentinel\n", "line 1: " + form},
      {"sentinel monitor \"g h 1 1\n", "line 1: a quote is left open"},
      {"sentinel monitor a/b h 1 1\n",
       "line 1: group a/b: accepted are letters, digits, '.', '-' and '_'"},
      {"sentinel monitor g h 1\n", "line 1: accepted is `sentinel monitor GROUP HOST PORT QUORUM`"},
      {"sentinel monitor g h 0 1\n",
       "line 1: accepted is `sentinel monitor GROUP HOST PORT QUORUM`"},
      {"sentinel monitor g h 1 0\n",
       "line 1: accepted is `sentinel monitor GROUP HOST PORT QUORUM`"},
      {"sentinel monitor g h! 1 1\n",
       "line 1: accepted is `sentinel monitor GROUP HOST PORT QUORUM`"},
      {monitor + monitor, "line 2: group g has two lines `sentinel monitor`"},
      {monitor + "sentinel remove g\n", "line 2: group g is removed, and wanted by another line"},
      {"sentinel remove g\n" + monitor, "line 2: group g is removed, and wanted by another line"},
      {"sentinel remove g now\n", "line 1: accepted is `sentinel remove GROUP`"},
      {monitor + "sentinel down-after-milliseconds k 1\n",
       "line 2: group k has no line `sentinel monitor GROUP HOST PORT QUORUM`"},
      {monitor + "sentinel down-after-milliseconds g 0\n",
       "line 2: sentinel down-after-milliseconds g: accepted is a number"},
      {monitor + "sentinel down-after-milliseconds g 1 2\n",
       "line 2: sentinel down-after-milliseconds g: accepted is a number"},
      {monitor + "sentinel quorum g 1\n", "line 2: sentinel quorum: " + options},
      {monitor + "sentinel down-after g 1\n", "line 2: sentinel down-after: " + options},
      {monitor + "sentinel notification-script g true\n",
       "line 2: sentinel notification-script g: accepted is an absolute path"},
      {monitor + "sentinel auth-pass g \"two words\"\n", "line 2: sentinel auth-pass g: " + word},
      {monitor + "sentinel auth-pass-file g pass\n",
       "line 2: accepted is `sentinel auth-pass-file GROUP PATH`, with an absolute path"},
      {monitor + "sentinel auth-pass-file g /none\n", "line 2: /none: no such file"},
      {monitor + "sentinel auth-pass-file g /blank\n", "line 2: /blank: " + word},
  };
  for (const RefusedRow& row : rows) {
    const auto groups = parse_groups(row.file, read_secret);
    ASSERT_FALSE(groups) << row.file;
    EXPECT_EQ(groups.error().text, row.error);
    EXPECT_EQ(groups.error().status, ExitStatus::config);
  }
}

std::string with(const std::vector<std::string_view>& environment, const std::string& file) {
  const auto settings = parse_settings(read_environment(environment).raw, "/");
  return text_of(with_settings(*parse_groups(file, read_secret), settings->settings));
}

TEST(WantedGroups, OfTheSettingsAreOnlyWhatWasGiven) {
  const std::string file = "sentinel monitor g h 1 1\n";
  EXPECT_EQ(with({}, ""), "");
  EXPECT_EQ(with({"REDIS_GROUP=g"}, ""), "");
  EXPECT_EQ(with({"REDIS_QUORUM=3"}, ""), "redis, quorum 3; ");
  EXPECT_EQ(with({"REDIS_GROUP=g", "REDIS_DOWN_AFTER_MS=7000", "REDIS_FAILOVER_TIMEOUT=9000",
                  "REDIS_PARALLEL_SYNCS=2", "REDIS_USERNAME=app", "REDIS_PASSWORD=pw"},
                 ""),
            "g, down-after-milliseconds 7000, failover-timeout 9000, parallel-syncs 2, auth-user "
            "app, auth-pass pw; ");
  EXPECT_EQ(with({"REDIS_QUORUM=3"}, file), "g h:1, quorum 1; redis, quorum 3; ");
  EXPECT_EQ(with({"REDIS_GROUP=g", "REDIS_QUORUM=3", "REDIS_PARALLEL_SYNCS=2"}, file),
            "g h:1, quorum 1, parallel-syncs 2; ")
      << "the file wins";
  EXPECT_EQ(with({"REDIS_GROUP=g", "REDIS_QUORUM=3"}, "sentinel remove g\n"), "g removed; ");
}

TEST(WantedGroups, ShowNoSecret) {
  EXPECT_EQ(shown({"quorum", "2"}), "quorum 2");
  EXPECT_EQ(shown({"auth-user", "app"}), "auth-user app");
  EXPECT_EQ(shown({"auth-pass", "s3cret"}), "auth-pass ***");
}

}  // namespace
}  // namespace dkr
