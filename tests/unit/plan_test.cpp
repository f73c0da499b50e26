#include "dkr/core/decide/plan.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "dkr/core/node/container_facts.hpp"
#include "dkr/core/settings/raw_settings.hpp"

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

ContainerFacts container() {
  ContainerFacts local;
  local.volume = ContainerFacts::Volume::directory;
  local.server = "/usr/bin/redis-server";
  return local;
}

ContainerFacts root_container() {
  ContainerFacts local = container();
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
  ContainerFacts local = root_container();
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
  ContainerFacts helpless = root_container();
  helpless.can_become_user = false;
  const auto without = make_plan(usual(), conf_of(""), helpless);
  ASSERT_FALSE(without);
  EXPECT_EQ(without.error().code, ExitCode::config);
  EXPECT_NE(without.error().text.find("--user 999:998"), std::string::npos);

  ContainerFacts nobody = root_container();
  nobody.service_user.reset();
  EXPECT_FALSE(make_plan(usual(), conf_of(""), nobody));
}

TEST(Plan, AVolumeIsADirectory) {
  ContainerFacts local = container();
  local.volume = ContainerFacts::Volume::other;
  const auto plan = make_plan(usual(), conf_of(""), local);
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().text, "REDIS_DATA_DIR=/data: accepted is a directory other than /");
  local.volume = ContainerFacts::Volume::missing;
  EXPECT_TRUE(make_plan(usual(), conf_of(""), local)->create_volume);
}

TEST(Plan, TheConfigurationOfTheVolumeMustBeReplaceable) {
  ContainerFacts local = container();
  local.conf_is_mount = true;
  EXPECT_FALSE(make_plan(usual(), conf_of(""), local));
  const auto given = make_plan(usual(), conf_of("", Home::given), local);
  ASSERT_TRUE(given);
  EXPECT_EQ(given->given_conf, "/x.conf");
}

TEST(Plan, TheUmaskBecomesPrivateUnlessChosen) {
  for (const auto& [before, after] : {std::pair{0022U, 0077U}, {0002U, 0002U}, {0077U, 0077U}}) {
    ContainerFacts local = container();
    local.umask = before;
    EXPECT_EQ(make_plan(usual(), conf_of(""), local)->umask, after);
  }
}

struct DataRow {
  std::string conf;
  ContainerFacts::Rdb rdb;
  bool aof;
  std::string outcome;
};

TEST(Plan, AnRdbIsNeverIgnoredForAnEmptyAof) {
  using enum ContainerFacts::Rdb;
  const std::vector<DataRow> rows{
      {"appendonly yes\n", missing, false, ""},      {"appendonly yes\n", missing, true, ""},
      {"appendonly yes\n", usable, true, ""},        {"appendonly yes\n", usable, false, "adopt"},
      {"appendonly yes\n", damaged, false, "error"}, {"appendonly yes\n", damaged, true, ""},
      {"appendonly no\n", usable, false, ""},        {"appendonly no\n", damaged, false, ""},
  };
  for (const auto& row : rows) {
    ContainerFacts local = container();
    local.rdb = row.rdb;
    local.aof = row.aof ? "/data/appendonly.aof" : "";
    const auto plan = make_plan(usual(), conf_of(row.conf), local);
    const std::string outcome = !plan ? "error" : (plan->adoption ? "adopt" : "");
    EXPECT_EQ(outcome, row.outcome) << row.conf;
  }
}

TEST(Plan, DamagedDataIsSetAsideOnlyForALivingMaster) {
  using enum RoleCase::Kind;
  const auto outcome = [](const std::optional<RoleDecision>& role) {
    ContainerFacts local = container();
    local.aof = "/data/appendonlydir/appendonly.aof.manifest";
    local.unreadable = true;
    ServerConf conf = conf_of("appendonly yes\n");
    conf.findings.role = role;
    const auto plan = make_plan(usual(), conf, local);
    return plan ? (plan->aside ? "aside " + plan->aside->dir : "kept") : plan.error().text;
  };
  const Endpoint other{"10.0.0.2", 6379};
  const auto follow = [&](RoleCase::Kind kind) {
    return RoleDecision{RoleAction::be_replica, {kind, other}};
  };
  EXPECT_EQ(outcome(follow(named_master_lives)), "aside /data");
  EXPECT_EQ(outcome(follow(named_leads_to_master)), "aside /data");
  const std::string cure =
      "/data/appendonlydir/appendonly.aof.manifest is damaged, and no live master has the data: "
      "restore it, or keep a copy of /data and run `redis-check-aof --fix "
      "/data/appendonlydir/appendonly.aof.manifest`, which cuts off all that follows the damage";
  EXPECT_EQ(outcome({}), cure);
  EXPECT_EQ(outcome(follow(named_master_silent)), cure);
  EXPECT_EQ(outcome(RoleDecision{RoleAction::be_master, {named_and_fresh, {}}}), cure);
  EXPECT_EQ(outcome(RoleDecision{RoleAction::as_it_is, {kept_replica, {}}}), cure);
}

Settings member() {
  Settings settings = usual();
  settings.group = {"redis", true};
  return settings;
}

/// The configuration of a data node that has looked at its group.
ServerConf conf_found(const Settings& settings, const RoleDecision& role, const StateNote& note,
                      const std::string& text = "") {
  return *make_server_conf(settings, {}, {Home::volume, "/x.conf", text}, {{}, role, note},
                           [](const std::string&) { return std::vector<std::string>(); });
}

Plan plan_found(const Settings& settings, const RoleDecision& role, const StateNote& note,
                const std::string& text = "") {
  ContainerFacts local = container();
  local.note = note;
  return *make_plan(settings, conf_found(settings, role, note, text), local);
}

struct NoteRow {
  std::string what;
  RoleDecision role;
  StateNote before;
  std::optional<StateNote> written;
};

TEST(Plan, TheNoteSaysWhoseTheDataIs) {
  using Action = RoleAction;
  using enum RoleCase::Kind;
  const DataMark mark{{"h", 100}, 50, 7};
  const MinReplicas limits{1, 5};
  const Endpoint other{"10.0.0.2", 6379};
  const StateNote known{"redis", mark, limits, false};
  const std::vector<NoteRow> rows{
      {"it joins",
       {Action::be_master, {named_and_fresh, {}}},
       {},
       StateNote{"redis", {}, {}, false}},
      {"it joins as a replica",
       {Action::be_replica, {named_master_lives, other}},
       {"", mark, limits, false},
       known},
      {"it has joined before", {Action::as_it_is, {kept_replica, {}}}, known, {}},
      {"it came from another group",
       {Action::be_replica, {named_master_lives, other}},
       {"other", mark, limits, false},
       known},
      {"foreign data stays so",
       {Action::as_it_is, {foreign_data, {}}},
       {"other", mark, {}, false},
       {}},
      {"there is no group yet", {Action::be_master, {alone, {}}}, {}, {}},
      {"it has not decided", {Action::wait, {nobody_named, {}}}, {}, {}},
      {"another is to be named", {Action::promote, {named_but_older, other}}, {}, {}},
      {"it starts closed",
       {Action::be_closed_master, {nobody_named, {}}},
       known,
       StateNote{"redis", mark, MinReplicas{}, true}},
      {"a fence of before is gone",
       {Action::as_it_is, {all_follow, {}}},
       {"redis", mark, limits, true},
       known},
  };
  for (const NoteRow& row : rows) {
    const Plan plan = plan_found(member(), row.role, row.before);
    ASSERT_EQ(plan.note.has_value(), row.written.has_value()) << row.what;
    if (plan.note) {
      EXPECT_EQ(plan.note->path, "/data/dkr-redis.state") << row.what;
      EXPECT_EQ(plan.note->text, to_text(*row.written)) << row.what;
    }
    EXPECT_EQ(plan.role->found, row.role.found) << row.what;
  }
}

TEST(Plan, AClosedStartRemembersTheUsersLimits) {
  const RoleDecision role{RoleAction::be_closed_master, {RoleCase::Kind::nobody_named, {}}};
  const Plan plan = plan_found(member(), role, {}, "min-replicas-to-write 3\n");
  ASSERT_TRUE(plan.note);
  EXPECT_EQ(parse_state_note(plan.note->text).users_limits, (MinReplicas{3, 10}));
  EXPECT_TRUE(parse_state_note(plan.note->text).fenced);
}

TEST(Plan, OnlyAMemberIsWatched) {
  const RoleDecision role{RoleAction::be_master, {RoleCase::Kind::named_and_fresh, {}}};
  const StateNote joined{"redis", {}, {}, false};
  const Plan plan = plan_found(member(), role, {}, "port 7\nappendonly yes\n");
  ASSERT_TRUE(plan.watch);
  EXPECT_EQ(plan.watch->server, (Endpoint{"127.0.0.1", 7}));
  EXPECT_EQ(plan.watch->storage.rdb, "/data/dump.rdb");
  EXPECT_TRUE(plan.watch->storage.append_only);
  EXPECT_EQ(plan.watch->group, "redis");
  EXPECT_TRUE(plan_found(usual(), role, joined).watch) << "by its note";

  const Plan alone = plan_found(usual(), role, {});
  EXPECT_FALSE(alone.watch || alone.note);
  EXPECT_TRUE(alone.role);
  EXPECT_FALSE(make_plan(member(), conf_of(""), container())->watch) << "nobody has looked";

  const Plan deaf = plan_found(member(), role, {}, "port 0\n");
  EXPECT_FALSE(deaf.watch);
  EXPECT_TRUE(deaf.note);
  EXPECT_EQ(deaf.warnings.size(), 1U);
}

TEST(Plan, WithAHealthPortEveryServerIsWatched) {
  using Kind = WatchPlan::Kind;
  const auto with_port = [](Settings settings, std::uint16_t port) {
    settings.health_port = {port, true};
    return settings;
  };
  const Plan alone = *make_plan(with_port(usual(), 8080), conf_of("port 7\n"), container());
  ASSERT_TRUE(alone.watch);
  EXPECT_EQ(alone.watch->kind, Kind::independent);
  EXPECT_EQ(alone.watch->server, (Endpoint{"127.0.0.1", 7}));
  EXPECT_EQ(alone.watch->health_port, 8080);
  EXPECT_NE(describe(alone).find("watch     127.0.0.1:7, health on port 8080\n"),
            std::string::npos);
  EXPECT_FALSE(make_plan(usual(), conf_of("port 7\n"), container())->watch);

  const RoleDecision role{RoleAction::be_master, {RoleCase::Kind::named_and_fresh, {}}};
  const Plan member_plan = plan_found(with_port(member(), 8080), role, {});
  EXPECT_EQ(member_plan.watch->kind, Kind::member);
  EXPECT_EQ(member_plan.watch->health_port, 8080);

  EXPECT_EQ(make_plan(with_port(usual(), 7), conf_of("port 7\n"), container()).error().text,
            "REDIS_HEALTH_PORT=7: is the server's own port; accepted is another one");
  EXPECT_EQ(make_plan(with_port(usual(), 8080), conf_of("port 0\n"), container()).error().text,
            "REDIS_HEALTH_PORT=8080: the server listens on no port that it could be asked at");
}

TEST(Plan, OfAMemberIsToldToAPerson) {
  const RoleDecision role{RoleAction::be_master, {RoleCase::Kind::named_and_fresh, {}}};
  EXPECT_EQ(
      describe(plan_found(member(), role, {})),
      "volume    /data\n"
      "role      starts as a master: the sentinels name this node, and no live replica has more\n"
      "write     /data/dkr-redis.state\n"
      "watch     127.0.0.1:6379 in group redis\n"
      "server    /usr/bin/redis-server /data/redis.conf --daemonize no --supervised no "
      "--logfile \"\"\n"
      "stop      SIGKILL 9000 ms after SIGTERM\n");
}

TEST(Plan, IsToldToAPersonWithoutSecrets) {
  Settings settings = usual();
  settings.server_args.value = {"--requirepass", "s3cret", "--masterauth",
                                "s3cret",        "--save", "60 1"};
  const auto conf =
      make_server_conf(settings, {}, {Home::fallback, "", "protected-mode no\nappendonly yes\n"},
                       {}, [](const std::string&) { return std::vector<std::string>(); });
  ContainerFacts local = root_container();
  local.rdb = ContainerFacts::Rdb::usable;
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
