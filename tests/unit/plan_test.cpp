#include "dkr/core/decide/plan.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dkr/core/conf/conf_facts.hpp"
#include "dkr/core/decide/start_check.hpp"
#include "dkr/core/node/container_facts.hpp"
#include "dkr/core/settings/raw_settings.hpp"

namespace dkr {
namespace {

using Home = ConfSource::Home;

const ServiceUser redis{"redis", 999, 998, {998}};

Settings usual() {
  return parse_settings({}, "/")->settings;
}

ContainerFacts container() {
  ContainerFacts local;
  local.volume = ContainerFacts::Volume::directory;
  local.server = "/usr/bin/redis-server";
  return local;
}

/// What a start has read where the configuration has this text.
StartFacts facts_of(const Settings& settings, const std::string& text, ContainerFacts local,
                    const StateNote& note = {}, Home home = Home::volume) {
  ServerConf conf = make_server_conf(settings, {}, note, {home, "/x.conf", text},
                                     [](const std::string&) { return std::vector<std::string>(); });
  const Storage storage = storage_of(conf.effective, settings);
  const auto server = own_endpoint(conf.effective, conf.sentinel, settings);
  const auto own = own_server(conf, settings);
  return {{settings, {}, note, std::move(conf), server, own},
          std::move(local),
          storage,
          NodeData{},
          ""};
}

/// The plan, or what stands against it.
Result<Plan> plan_of(const StartFacts& facts, const StartDecision& decision = {}) {
  for (const auto& checked : {check(facts), check_decision(facts, decision)}) {
    if (!checked) {
      return checked.error();
    }
  }
  return make_plan(facts, decision);
}

Result<Plan> plan_of(const Settings& settings, const std::string& text, const ContainerFacts& local,
                     Home home = Home::volume) {
  return plan_of(facts_of(settings, text, local, {}, home));
}

ContainerFacts root_container() {
  ContainerFacts local = container();
  local.root = true;
  local.can_become_user = true;
  local.service_user = redis;
  return local;
}

TEST(Plan, RootBecomesTheServiceUser) {
  const auto plan = plan_of(usual(), "", root_container());
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
  const auto plan = plan_of(settings, "", local);
  ASSERT_TRUE(plan);
  EXPECT_FALSE(plan->become.has_value());
  EXPECT_FALSE(plan->fix_owners);
}

TEST(Plan, OwnersAreLeftAloneWhenAsked) {
  Settings settings = usual();
  settings.skip_fix_perms.value = true;
  EXPECT_FALSE(plan_of(settings, "", root_container())->fix_owners);
}

TEST(Plan, AnotherUserChangesNothing) {
  const auto plan = plan_of(usual(), "", container());
  ASSERT_TRUE(plan);
  EXPECT_FALSE(plan->become.has_value());
  EXPECT_FALSE(plan->fix_owners);
}

TEST(Plan, RootThatCannotChangeIsToldSo) {
  ContainerFacts helpless = root_container();
  helpless.can_become_user = false;
  const auto without = plan_of(usual(), "", helpless);
  ASSERT_FALSE(without);
  EXPECT_EQ(without.error().status, ExitStatus::config);
  EXPECT_NE(without.error().text.find("--user 999:998"), std::string::npos);

  ContainerFacts nobody = root_container();
  nobody.service_user.reset();
  EXPECT_FALSE(plan_of(usual(), "", nobody));
}

TEST(Plan, AVolumeIsADirectory) {
  ContainerFacts local = container();
  local.volume = ContainerFacts::Volume::other;
  const auto plan = plan_of(usual(), "", local);
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().text, "REDIS_DATA_DIR=/data: accepted is a directory other than /");
  local.volume = ContainerFacts::Volume::missing;
  EXPECT_TRUE(plan_of(usual(), "", local)->create_volume);
}

TEST(Plan, TheConfigurationOfTheVolumeMustBeReplaceable) {
  ContainerFacts local = container();
  local.conf_is_mount = true;
  EXPECT_FALSE(plan_of(usual(), "", local));
  const auto given = plan_of(usual(), "", local, Home::given);
  ASSERT_TRUE(given);
  EXPECT_EQ(given->given_conf, "/x.conf");
}

TEST(Plan, APortThatMayBeMeantForTheHostIsTold) {
  const std::vector<std::string> told{"REDIS_PORT=6380: the server listens there, not on 6379"};
  Settings settings = usual();
  EXPECT_TRUE(plan_of(settings, "", container())->notes.empty());
  settings.port = {6380, true};
  const auto plan = plan_of(settings, "", container());
  EXPECT_EQ(plan->notes, told);
  EXPECT_NE(describe(*plan).find("note      " + told.front()), std::string::npos);
  settings.server_args = {{"--port", "7000"}, true};
  EXPECT_TRUE(plan_of(settings, "", container())->notes.empty());
  settings.port = {6379, true};
  EXPECT_TRUE(plan_of(settings, "", container())->notes.empty());
}

TEST(Plan, TheUmaskBecomesPrivateUnlessChosen) {
  for (const auto& [before, after] : {std::pair{0022U, 0077U}, {0002U, 0002U}, {0077U, 0077U}}) {
    ContainerFacts local = container();
    local.umask = before;
    EXPECT_EQ(plan_of(usual(), "", local)->umask, after);
  }
}

struct DataRow {
  std::string conf;
  ContainerFacts::Rdb rdb;
  bool aof;
  std::string outcome;
  LaterRdb later = LaterRdb::no;
};

/// What a plan makes of an RDB, and which check it has for data that the server does not read.
std::string rdb_in(const Plan& plan) {
  const std::string check = plan.data_check.empty() ? "" : ", " + plan.data_check.front();
  if (plan.adoption) {
    return (plan.adoption->over_aof ? "over" : "adopt") + check;
  }
  return (plan.spared ? "spare" : "") + check;
}

TEST(Plan, AnRdbIsNeverIgnoredForAnEmptyAof) {
  using enum ContainerFacts::Rdb;
  const std::string yes = "appendonly yes\n";
  const std::string aof = ", redis-check-aof";
  const std::string rdb = ", redis-check-rdb";
  const std::vector<DataRow> rows{
      {yes, missing, false, ""},
      {yes, missing, true, aof},
      {yes, usable, true, aof},
      {yes, usable, false, "adopt" + rdb},
      {yes, damaged, false, "error"},
      {yes, damaged, true, aof},
      {yes, usable, true, "over" + rdb, LaterRdb::whole},
      {yes, usable, true, "spare" + aof, LaterRdb::smaller},
      {"appendonly no\n", usable, false, rdb},
      {"appendonly no\n", usable, true, rdb},
      {"appendonly no\n", damaged, false, rdb},
  };
  for (const auto& row : rows) {
    ContainerFacts local = container();
    local.rdb = row.rdb;
    local.aof = row.aof ? "/data/appendonly.aof" : "";
    local.later_rdb = row.later;
    const auto plan = plan_of(usual(), row.conf, local);
    EXPECT_EQ(plan ? rdb_in(*plan) : "error", row.outcome) << row.conf;
  }
}

TEST(Plan, DamagedDataIsSetAsideOnlyForALivingMaster) {
  using enum RoleCase::Kind;
  const auto outcome = [](const std::optional<RoleDecision>& role) {
    ContainerFacts local = container();
    local.aof = "/data/appendonlydir/appendonly.aof.manifest";
    local.unreadable = true;
    const StateNote note{"redis", {}, {}, false};
    const auto plan = plan_of(facts_of(usual(), "appendonly yes\n", local, note), {{}, role});
    return plan ? (plan->aside ? "aside " + plan->aside->dir : "kept") : plan.error().text;
  };
  const Endpoint other{"10.0.0.2", 6379};
  const auto follow = [&](RoleCase::Kind kind) {
    return RoleDecision{RoleAction::be_replica, {kind, other}};
  };
  EXPECT_EQ(outcome(follow(named_master_lives)), "aside /data");
  EXPECT_EQ(outcome(follow(named_leads_to_master)), "aside /data");
  EXPECT_EQ(outcome(follow(named_but_replaced)), "aside /data");
  const std::string cure =
      "/data/appendonlydir/appendonly.aof.manifest is damaged, and no live master has the data: "
      "restore it, or keep a copy of /data and run `redis-check-aof --fix "
      "/data/appendonlydir/appendonly.aof.manifest`, which cuts off all that follows the damage";
  EXPECT_EQ(outcome({}), cure);
  EXPECT_EQ(outcome(follow(named_master_silent)), cure);
  EXPECT_EQ(outcome(RoleDecision{RoleAction::be_master, {named_and_fresh, {}}}), cure);
  EXPECT_EQ(outcome(RoleDecision{RoleAction::as_it_is, {kept_replica, {}}}), cure);
}

TEST(Plan, ANewerFormatIsNoDamage) {
  using enum ContainerFacts::Rdb;
  struct Row {
    std::string conf;
    ContainerFacts::Rdb rdb;
    bool aof;
    bool unreadable;
    std::string group;
  };
  const std::vector<Row> rows{
      {"", usable, false, true, ""},
      {"appendonly yes\n", usable, false, false, ""},
      {"appendonly yes\n", usable, false, true, ""},
      {"appendonly yes\n", missing, true, true, ""},
      {"", usable, false, true, "redis"},
      {"appendonly yes\n", usable, false, false, "redis"},
      {"appendonly yes\n", missing, true, true, "redis"},
  };
  for (const Row& row : rows) {
    ContainerFacts local = container();
    local.rdb = row.rdb;
    local.aof = row.aof ? "/data/appendonly.aof" : "";
    local.unreadable = row.unreadable;
    local.newer = NewerFormat{"/data/dump.rdb", "99", 10};
    const StartFacts facts = facts_of(usual(), row.conf, local, {row.group, {}, {}, false});
    EXPECT_FALSE(is_damaged(facts.local, facts.storage)) << row.conf;
    const auto checked = check(facts);
    ASSERT_FALSE(checked) << row.conf << row.group;
    EXPECT_EQ(checked.error().status, ExitStatus::config);
    EXPECT_EQ(checked.error().text,
              "/data/dump.rdb was written by a newer server (RDB 99); this one reads up to 10: "
              "use that server, or restore a backup that this one wrote");
  }
}

TEST(Plan, OneRefusalAfterTheOtherIsTold) {
  Settings settings = usual();
  settings.group = {"blue", true};
  settings.health_port = {6379, true};
  settings.username = {"app", true};
  StartFacts facts = facts_of(settings, "--", root_container(), {}, Home::fallback);
  facts.container.conf.asked = {{"replicaof", {"h", "1"}}};
  facts.local.volume = ContainerFacts::Volume::other;
  facts.local.conf_is_mount = true;
  facts.local.can_become_user = false;
  facts.obstacle = "Read-only file system";
  facts.data = Error{ExitStatus::config, "cannot look at /data/dump.rdb"};
  const auto refused_for = [&](const std::string& begin) {
    const auto checked = check(facts);
    ASSERT_FALSE(checked) << begin;
    EXPECT_EQ(checked.error().status, ExitStatus::config) << begin;
    EXPECT_EQ(checked.error().text.substr(0, begin.size()), begin);
  };
  refused_for("REDIS_USERNAME=app: the configuration has no such user");
  facts.container.conf.effective.push_back({"user", {"app", "on"}});
  refused_for("REDIS_DATA_DIR=/data: accepted is a directory");
  facts.local.volume = ContainerFacts::Volume::directory;
  refused_for("/data/redis.conf is itself a mount");
  facts.local.conf_is_mount = false;
  refused_for("REDIS_HEALTH_PORT=6379: is the server's own port");
  facts.container.settings.health_port.given = false;
  refused_for("root without the capabilities");
  facts.local.can_become_user = true;
  refused_for("REDIS_DATA_DIR=/data: not writable by user redis: Read-only file system");
  facts.obstacle.clear();
  refused_for("cannot look at /data/dump.rdb");
  facts.data = NodeData{};
  refused_for("--replicaof among the server's arguments");
  facts.container.conf.asked.clear();
  refused_for("user app: its password is not known; accepted in a group is REDIS_PASSWORD");
  facts.container.conf.effective.push_back({"user", {"app", "on", "nopass", "+@all"}});
  EXPECT_TRUE(check(facts));
  facts.container.server.reset();
  refused_for("the server listens on no port that its watcher could use; accepted in a group is");
}

TEST(Plan, TheGroupIsAskedOnlyWhereTheStartDependsOnIt) {
  using enum StartQuestion;
  const auto question = [](const Settings& settings, Home home, const StateNote& note = {}) {
    return question_of(facts_of(settings, "", container(), note, home).container);
  };
  EXPECT_EQ(question(usual(), Home::fallback), nothing);
  EXPECT_EQ(question(usual(), Home::volume, {"blue", {}, {}, false}), role) << "by its note";
  Settings first = usual();
  first.master_host = {"h", true};
  EXPECT_EQ(question(first, Home::fallback), role);
  EXPECT_EQ(question(first, Home::volume), nothing);

  ServerCommand sentinel;
  sentinel.sentinel = true;
  const auto monitors = [&](const std::string& text) {
    Container here{usual(), sentinel, {}, {}, {}, {}};
    here.conf = make_server_conf(here.settings, sentinel, {}, {Home::volume, "", text}, {});
    return question_of(here);
  };
  EXPECT_EQ(monitors(""), master);
  EXPECT_EQ(monitors("sentinel monitor redis 10.0.0.1 6379 2\n"), company);
}

Settings member() {
  Settings settings = usual();
  settings.group = {"redis", true};
  return settings;
}

/// The plan of a data node that has looked at its group.
Plan plan_found(const Settings& settings, const RoleDecision& role, const StateNote& note,
                const std::string& text = "") {
  return *plan_of(facts_of(settings, text, container(), note), {{}, role});
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
  StateNote without_data = known;
  without_data.users_priority = 100;
  const std::vector<NoteRow> rows{
      {"it joins",
       {Action::be_master, {named_and_fresh, {}}},
       {},
       StateNote{"redis", {}, {}, false}},
      {"it joins as a replica",
       {Action::be_replica, {named_master_lives, other}, false, true},
       {"", mark, limits, false},
       without_data},
      {"it has joined before", {Action::as_it_is, {kept_replica, {}}}, known, {}},
      {"it came from another group",
       {Action::be_replica, {named_master_lives, other}, false, true},
       {"other", mark, limits, false},
       without_data},
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

TEST(Plan, AReplicaStartsAsTheLastToBePromotedAndNeverWithoutTheGroupsData) {
  const Endpoint other{"10.0.0.2", 6379};
  const auto expect_priority = [](const RoleDecision& role, const std::string& priority,
                                  const std::optional<int>& noted) {
    StartFacts facts = facts_of(member(), "", container(), {});
    facts.data = NodeData{};
    const Plan plan = make_plan(facts, {{}, role});
    const auto told = std::find(plan.argv.begin(), plan.argv.end(), "--replica-priority");
    EXPECT_EQ(told == plan.argv.end() ? "" : *(told + 1), priority);
    EXPECT_EQ(parse_state_note(plan.note->text).users_priority, noted);
  };
  RoleDecision role{RoleAction::be_replica, {RoleCase::Kind::named_master_lives, other}};
  expect_priority(role, "2000000100", {});
  role.empty = true;
  expect_priority(role, "0", 100);
  expect_priority({RoleAction::be_master, {RoleCase::Kind::named_and_fresh, {}}}, "", {});
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
  EXPECT_EQ(plan.watch->server.at, (Endpoint{"127.0.0.1", 7}));
  EXPECT_EQ(plan.watch->storage.rdb, "/data/dump.rdb");
  EXPECT_TRUE(plan.watch->storage.append_only);
  EXPECT_EQ(plan.watch->group, "redis");
  EXPECT_TRUE(plan_found(usual(), role, joined).watch) << "by its note";

  const Plan alone = plan_found(usual(), role, {});
  EXPECT_FALSE(alone.watch || alone.note);
  EXPECT_TRUE(alone.role);
  EXPECT_FALSE(plan_of(member(), "", container())->watch) << "nobody has looked";
}

TEST(Plan, WithAHealthPortEveryServerIsWatched) {
  using Kind = WatchPlan::Kind;
  const auto with_port = [](Settings settings, std::uint16_t port) {
    settings.health_port = {port, true};
    return settings;
  };
  const Plan alone = *plan_of(with_port(usual(), 8080), "port 7\n", container());
  ASSERT_TRUE(alone.watch);
  EXPECT_EQ(alone.watch->kind, Kind::independent);
  EXPECT_EQ(alone.watch->server.at, (Endpoint{"127.0.0.1", 7}));
  EXPECT_EQ(alone.watch->health_port, 8080);
  EXPECT_NE(describe(alone).find("watch     127.0.0.1:7, health on port 8080\n"),
            std::string::npos);
  EXPECT_FALSE(plan_of(usual(), "port 7\n", container())->watch);

  const RoleDecision role{RoleAction::be_master, {RoleCase::Kind::named_and_fresh, {}}};
  const Plan member_plan = plan_found(with_port(member(), 8080), role, {});
  EXPECT_EQ(member_plan.watch->kind, Kind::member);
  EXPECT_EQ(member_plan.watch->health_port, 8080);

  EXPECT_EQ(plan_of(with_port(usual(), 7), "port 7\n", container()).error().text,
            "REDIS_HEALTH_PORT=7: is the server's own port; accepted is another one");
  EXPECT_EQ(plan_of(with_port(usual(), 8080), "port 0\n", container()).error().text,
            "REDIS_HEALTH_PORT=8080: the server listens on nothing that it could be asked at");
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
      "--logfile \"\" --protected-mode no\n"
      "stop      SIGKILL 9000 ms after SIGTERM\n"
      "warning   no password protects the open port: everybody who reaches it can read and change "
      "all data (set REDIS_PASSWORD or an ACL)\n");
}

TEST(Plan, IsToldToAPersonWithoutSecrets) {
  Settings settings = usual();
  settings.server_args.value = {"--requirepass", "s3cret", "--masterauth",
                                "s3cret",        "--save", "60 1"};
  ContainerFacts local = root_container();
  local.rdb = ContainerFacts::Rdb::usable;
  const std::string text =
      describe(*plan_of(settings, "protected-mode no\nappendonly yes\n", local, Home::fallback));
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

TEST(Plan, NoArgumentTellsASecret) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> rows{
      {{"--requirepass", "s"}, "--requirepass ***"},
      {{"--requirepass s"}, "\"--requirepass ***\""},
      {{"--RequirePass", "--s"}, "--RequirePass ***"},
      {{"--requirepass=s", "s"}, "--requirepass=*** ***"},
      {{"--requirepass 's s"}, "\"--requirepass ***\""},
      {{"--user app on >s"}, "\"--user ***\""},
      {{"--user", "app", "on", ">s", "--port", "1"}, "--user *** --port 1"},
      {{"--sentinel", "auth-pass", "m", "s"}, "--sentinel auth-pass ***"},
      {{"--sentinel Auth-Pass m s"}, "\"--sentinel Auth-Pass ***\""},
      {{"--sentinel", "sentinel-pass", "s"}, "--sentinel sentinel-pass ***"},
      {{"--primaryauth", "s", "--masteruser", "u"}, "--primaryauth *** --masteruser u"},
      {{"--tls-client-key-file-pass", "s"}, "--tls-client-key-file-pass ***"},
      {{"--loadmodule", "/m.so", "1", "password", "s"}, "--loadmodule /m.so 1 password ***"},
      {{"--search.auth_token", "s"}, "--search.auth_token ***"},
      {{"--loadmodule", "/m.so", "PASSWORD=s"}, "--loadmodule /m.so PASSWORD=***"},
      {{"--tls-auth-clients", "no", "--save", ""}, "--tls-auth-clients no --save \"\""},
  };
  for (const auto& [args, shown] : rows) {
    Settings settings = usual();
    settings.server_args.value = args;
    const std::string text = describe(*plan_of(settings, "port 1\n", container()));
    EXPECT_NE(text.find("/data/redis.conf " + shown + " --daemonize no"), std::string::npos)
        << text;
  }
}

}  // namespace
}  // namespace dkr
