#include "dkr/core/plan.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace dkr {
namespace {

using Home = ConfSource::Home;

const ServiceUser redis{"redis", 999, 998, {998}};

Settings usual() {
  return parse_settings({}, "/")->settings;
}

ServerConf conf_of(const std::string& text, Home home = Home::volume) {
  return *make_server_conf(usual(), {}, {home, "/x.conf", text}, {},
                           [](const std::string&) { return std::vector<std::string>(); });
}

LocalState container() {
  LocalState local;
  local.volume = LocalState::Volume::directory;
  local.server = "/usr/bin/redis-server";
  return local;
}

LocalState root_container() {
  LocalState local = container();
  local.root = true;
  local.can_become_user = true;
  local.service_user = redis;
  return local;
}

TEST(Plan, RootBecomesTheServiceUser) {
  const auto plan = make_plan(usual(), conf_of(""), root_container());
  ASSERT_TRUE(plan);
  ASSERT_TRUE(plan->become.has_value());
  EXPECT_EQ(plan->become->uid, 999U);
  EXPECT_TRUE(plan->fix_owners);
}

TEST(Plan, RootStaysRootWhenAsked) {
  Settings settings = usual();
  settings.skip_drop_privs.value = true;
  LocalState local = root_container();
  local.can_become_user = false;
  local.service_user.reset();
  const auto plan = make_plan(settings, conf_of(""), local);
  ASSERT_TRUE(plan);
  EXPECT_FALSE(plan->become.has_value());
  EXPECT_FALSE(plan->fix_owners);
}

TEST(Plan, OwnersAreLeftAloneWhenAsked) {
  Settings settings = usual();
  settings.skip_fix_perms.value = true;
  EXPECT_FALSE(make_plan(settings, conf_of(""), root_container())->fix_owners);
}

TEST(Plan, AnotherUserChangesNothing) {
  const auto plan = make_plan(usual(), conf_of(""), container());
  ASSERT_TRUE(plan);
  EXPECT_FALSE(plan->become.has_value());
  EXPECT_FALSE(plan->fix_owners);
}

TEST(Plan, RootThatCannotChangeIsToldSo) {
  LocalState helpless = root_container();
  helpless.can_become_user = false;
  const auto without = make_plan(usual(), conf_of(""), helpless);
  ASSERT_FALSE(without);
  EXPECT_EQ(without.error().code, ExitCode::config);
  EXPECT_NE(without.error().text.find("--user 999:998"), std::string::npos);

  LocalState nobody = root_container();
  nobody.service_user.reset();
  EXPECT_FALSE(make_plan(usual(), conf_of(""), nobody));
}

TEST(Plan, AVolumeIsADirectory) {
  LocalState local = container();
  local.volume = LocalState::Volume::other;
  const auto plan = make_plan(usual(), conf_of(""), local);
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().text, "REDIS_DATA_DIR=/data: accepted is a directory other than /");
  local.volume = LocalState::Volume::missing;
  EXPECT_TRUE(make_plan(usual(), conf_of(""), local)->create_volume);
}

TEST(Plan, TheConfigurationOfTheVolumeMustBeReplaceable) {
  LocalState local = container();
  local.conf_is_mount = true;
  EXPECT_FALSE(make_plan(usual(), conf_of(""), local));
  const auto given = make_plan(usual(), conf_of("", Home::given), local);
  ASSERT_TRUE(given);
  EXPECT_EQ(given->given_conf, "/x.conf");
}

TEST(Plan, TheUmaskBecomesPrivateUnlessChosen) {
  for (const auto& [before, after] : {std::pair{0022U, 0077U}, {0002U, 0002U}, {0077U, 0077U}}) {
    LocalState local = container();
    local.umask = before;
    EXPECT_EQ(make_plan(usual(), conf_of(""), local)->umask, after);
  }
}

struct DataRow {
  std::string conf;
  LocalState::Rdb rdb;
  bool aof;
  std::string outcome;
};

TEST(Plan, AnRdbIsNeverIgnoredForAnEmptyAof) {
  using enum LocalState::Rdb;
  const std::vector<DataRow> rows{
      {"appendonly yes\n", missing, false, ""},      {"appendonly yes\n", missing, true, ""},
      {"appendonly yes\n", usable, true, ""},        {"appendonly yes\n", usable, false, "adopt"},
      {"appendonly yes\n", damaged, false, "error"}, {"appendonly yes\n", damaged, true, ""},
      {"appendonly no\n", usable, false, ""},        {"appendonly no\n", damaged, false, ""},
  };
  for (const auto& row : rows) {
    LocalState local = container();
    local.rdb = row.rdb;
    local.aof = row.aof;
    const auto plan = make_plan(usual(), conf_of(row.conf), local);
    const std::string outcome = !plan ? "error" : (plan->adoption ? "adopt" : "");
    EXPECT_EQ(outcome, row.outcome) << row.conf;
  }
}

TEST(Plan, IsToldToAPersonWithoutSecrets) {
  Settings settings = usual();
  settings.server_args.value = {"--requirepass", "s3cret", "--masterauth",
                                "s3cret",        "--save", "60 1"};
  const auto conf =
      make_server_conf(settings, {}, {Home::fallback, "", "protected-mode no\nappendonly yes\n"},
                       {}, [](const std::string&) { return std::vector<std::string>(); });
  LocalState local = root_container();
  local.rdb = LocalState::Rdb::usable;
  const std::string text = describe(*make_plan(settings, *conf, local));
  EXPECT_EQ(text,
            "volume    /data\n"
            "user      redis 999:998\n"
            "owners    what in the volume is not owned by redis\n"
            "write     /data/redis.conf\n"
            "adopt     /data/dump.rdb as /data/appendonly.aof\n"
            "server    /usr/bin/redis-server /data/redis.conf --requirepass *** --masterauth *** "
            "--save \"60 1\" --daemonize no --supervised no --logfile \"\"\n"
            "stop      SIGKILL 9000 ms after SIGTERM\n");
}

}  // namespace
}  // namespace dkr
