// What the configuration of a sentinel says, and what the passwords do to either configuration.

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dkr/core/conf/conf_checks.hpp"
#include "dkr/core/conf/default_user.hpp"
#include "dkr/core/conf/server_conf.hpp"
#include "dkr/core/conf/wanted_conf.hpp"
#include "dkr/core/settings/environment.hpp"
#include "dkr/core/settings/raw_settings.hpp"

namespace dkr {
namespace {

using Home = ConfSource::Home;

const MonitorSeed seed{{"10.0.0.1", 6380}, 3, 4, "abc"};

std::vector<std::string> nothing(const std::string& /*pattern*/) {
  return {};
}

/// The settings that `NAME=value` entries make.
Settings with(const std::vector<std::string_view>& entries) {
  const auto parsed = parse_settings(read_environment(entries).raw, "/");
  EXPECT_TRUE(parsed) << (parsed ? "" : parsed.error().text);
  return parsed->settings;
}

std::string shaped(const Settings& settings, const std::string& text,
                   const std::optional<MonitorSeed>& with_seed) {
  Conf conf(text);
  if (const auto checked = check_sentinel_password(settings); !checked) {
    return "error: " + checked.error().text;
  }
  shape_sentinel_conf(conf, settings, with_seed);
  return conf.text();
}

TEST(SentinelConf, IsWrittenWhole) {
  EXPECT_EQ(shaped(with({}), "", seed),
            "port 26379\n"
            "dir /data\n"
            "sentinel myid abc\n"
            "sentinel current-epoch 4\n"
            "sentinel monitor redis 10.0.0.1 6380 2\n"
            "sentinel down-after-milliseconds redis 60000\n"
            "sentinel failover-timeout redis 180000\n"
            "sentinel parallel-syncs redis 1\n"
            "sentinel config-epoch redis 3\n");
}

TEST(SentinelConf, OtherServersFollowTheMaster) {
  MonitorSeed with_others = seed;
  with_others.replicas = {{"10.0.0.2", 6379}, {"::1", 6379}};
  with_others.sentinels = {{{"10.1.0.1", 26379}, "ab"}, {{"10.1.0.2", 26379}, "cd"}};
  const std::string text = shaped(with({}), "", with_others);
  EXPECT_NE(text.find("sentinel config-epoch redis 3\n"
                      "sentinel known-replica redis 10.0.0.2 6379\n"
                      "sentinel known-replica redis ::1 6379\n"
                      "sentinel known-sentinel redis 10.1.0.1 26379 ab\n"
                      "sentinel known-sentinel redis 10.1.0.2 26379 cd\n"),
            std::string::npos)
      << text;
  EXPECT_EQ(shaped(with({}), text, with_others), text) << "each has its own line";
}

TEST(SentinelConf, EverySettingHasItsLine) {
  const Settings settings =
      with({"REDIS_GROUP=g", "REDIS_QUORUM=3", "REDIS_DOWN_AFTER_MS=5", "REDIS_FAILOVER_TIMEOUT=6",
            "REDIS_PARALLEL_SYNCS=7", "REDIS_SENTINEL_PORT=8", "REDIS_ANNOUNCE_HOST=s.example",
            "REDIS_ANNOUNCE_PORT=9", "REDIS_USERNAME=u", "REDIS_PASSWORD=p",
            "REDIS_MASTER_PASSWORD=m", "REDIS_SENTINEL_PASSWORD=s p", "REDIS_TLS_CERT_FILE=/c",
            "REDIS_TLS_KEY_FILE=/k", "REDIS_TLS_CA_FILE=/a"});
  EXPECT_EQ(shaped(settings, "", seed),
            "port 0\n"
            "tls-port 8\n"
            "tls-replication yes\n"
            "tls-cert-file /c\n"
            "tls-key-file /k\n"
            "tls-ca-cert-file /a\n"
            "dir /data\n"
            "sentinel resolve-hostnames yes\n"
            "sentinel announce-hostnames yes\n"
            "sentinel announce-ip s.example\n"
            "sentinel announce-port 9\n"
            "sentinel myid abc\n"
            "sentinel current-epoch 4\n"
            "sentinel monitor g 10.0.0.1 6380 3\n"
            "sentinel down-after-milliseconds g 5\n"
            "sentinel failover-timeout g 6\n"
            "sentinel parallel-syncs g 7\n"
            "sentinel auth-user g u\n"
            "sentinel auth-pass g m\n"
            "sentinel config-epoch g 3\n"
            "requirepass \"s p\"\n");
}

TEST(SentinelConf, AMasterWithANameSwitchesNamesOn) {
  const std::string text = shaped(with({}), "", MonitorSeed{{"redis-0.redis", 6379}, 0, 0, ""});
  EXPECT_NE(text.find("resolve-hostnames yes"), std::string::npos);
  EXPECT_LT(text.find("resolve-hostnames"), text.find("monitor"));
  EXPECT_EQ(text.find("myid"), std::string::npos);
  EXPECT_EQ(text.find("current-epoch"), std::string::npos);
}

const std::string rewritten =
    "port 26379\n"
    "sentinel myid fff\n"
    "sentinel monitor redis 10.0.0.9 6379 2\n"
    "sentinel down-after-milliseconds redis 1000\n"
    "user default on #0a1b ~* &* +@all\n"
    "sentinel known-replica redis 10.0.0.2 6379\n"
    "sentinel current-epoch 17\n";

TEST(SentinelConf, ServersThatCannotBeMeantAreRemoved) {
  const std::string begin = "sentinel myid ff\nsentinel monitor redis a 6379 2\n";
  const std::string good =
      "sentinel known-replica redis b 6379\n"
      "sentinel known-replica redis a 6380\n"
      "sentinel known-replica other a 6379\n"
      "sentinel known-sentinel redis s 26379 ee\n";
  EXPECT_EQ(shaped(with({}), begin + good, {}), begin + good);
  EXPECT_EQ(shaped(with({}),
                   begin + "sentinel known-replica redis a 6379\n" + good +
                       "sentinel known-replica redis b 6379\n"
                       "sentinel known-replica redis a 6379\n"
                       "sentinel known-sentinel redis t 26379 ff\n",
                   {}),
            begin + good);
  const std::string late = "sentinel known-replica redis a 6379\n";
  EXPECT_EQ(shaped(with({}), late + begin, {}), begin) << "the monitor line may come later";
}

TEST(SentinelConf, SaysWhomItMonitors) {
  const Conf conf(
      "sentinel monitor redis a 6379 2\n"
      "sentinel known-replica redis b 6379\n"
      "sentinel known-sentinel redis s 26379 ee\n"
      "sentinel monitor other b 6379 2\n");
  const MonitorSeed known = monitored_by(with({}), conf.directives());
  EXPECT_EQ(known.master, (Endpoint{"a", 6379}));
  ASSERT_EQ(known.sentinels.size(), 1U);
  EXPECT_EQ(known.sentinels.front().at, (Endpoint{"s", 26379}));
  EXPECT_EQ(monitored_by(with({"REDIS_GROUP=none"}), conf.directives()).master, Endpoint{});
}

TEST(SentinelConf, WhatTheSentinelRewroteStays) {
  EXPECT_EQ(shaped(with({}), rewritten, {}), rewritten);
  // Only what was given, and differs, is changed, where it stands.
  const Settings given =
      with({"REDIS_QUORUM=3", "REDIS_DOWN_AFTER_MS=1000", "REDIS_FAILOVER_TIMEOUT=9"});
  EXPECT_EQ(shaped(given, rewritten, {}),
            "port 26379\n"
            "sentinel myid fff\n"
            "sentinel monitor redis 10.0.0.9 6379 3\n"
            "sentinel down-after-milliseconds redis 1000\n"
            "user default on #0a1b ~* &* +@all\n"
            "sentinel known-replica redis 10.0.0.2 6379\n"
            "sentinel current-epoch 17\n"
            "sentinel failover-timeout redis 9\n");
}

TEST(SentinelConf, AnotherGroupIsLeftAlone) {
  const std::string other = "sentinel monitor mymaster 10.0.0.9 6379 2\n";
  EXPECT_FALSE(lacks_monitor(with({}), Conf(other)));
  EXPECT_EQ(shaped(with({"REDIS_QUORUM=3"}), other, {}), other);
  EXPECT_TRUE(lacks_monitor(with({"REDIS_GROUP=redis"}), Conf(other)));
  EXPECT_TRUE(lacks_monitor(with({}), Conf("port 1\n")));
  EXPECT_FALSE(lacks_monitor(with({"REDIS_GROUP=mymaster"}), Conf(other)));
  const std::string both = shaped(with({}), "sentinel myid fff\n" + other, seed);
  EXPECT_NE(both.find("sentinel myid fff\n" + other), std::string::npos);
  EXPECT_NE(both.find("sentinel monitor redis 10.0.0.1 6380 2\n"), std::string::npos);
  EXPECT_EQ(both.find("myid abc"), std::string::npos);
}

TEST(SentinelConf, APasswordItCouldNotReadBackIsRefused) {
  for (const char* bad : {"a b", "a\"b", "a'b", "a\\b"}) {
    EXPECT_TRUE(shaped(with({std::string("REDIS_PASSWORD=") + bad}), "", seed)
                    .starts_with("error: REDIS_PASS"))
        << bad;
  }
}

/// What the server is started with, where nothing is wrong with it.
std::optional<FinalConf> made(const Settings& settings, const ConfSource& source,
                              const ServerCommand& command = {}) {
  const ServerConf conf = make_server_conf(settings, command, {}, source, nothing);
  return check_server_conf(settings, conf) ? std::optional(finish_conf(settings, conf, {}))
                                           : std::nullopt;
}

TEST(Passwords, StandInTheFileOnly) {
  const Settings settings = with({"REDIS_PASSWORD=s3 cret", "REDIS_SENTINEL_PASSWORD=other"});
  const auto last = made(settings, {Home::fallback, "", "port 1\n"});
  ASSERT_TRUE(last);
  EXPECT_EQ(*last->text, "port 1\nmasterauth \"s3 cret\"\nrequirepass \"s3 cret\"\n");
  for (const std::string& argument : last->args) {
    EXPECT_EQ(argument.find("cret"), std::string::npos);
  }
  EXPECT_FALSE(made(settings, {Home::given, "/x", "port 1\n"}));
}

TEST(Passwords, WinOverWhatConfigRewriteLeft) {
  const Settings settings = with({"REDIS_PASSWORD=new"});
  const std::string text =
      "primaryauth old\nrequirepass \"old\"\nuser default on nopass #0a1b ~* &* +@all\nuser x "
      "off\n";
  const auto conf = made(settings, {Home::volume, "/data/redis.conf", text});
  ASSERT_TRUE(conf);
  EXPECT_EQ(*conf->text,
            "masterauth new\nrequirepass new\nuser default on ~* &* +@all >new\nuser x off\n");
}

TEST(Passwords, AUserHasToBeDefined) {
  const Settings settings = with({"REDIS_USERNAME=app", "REDIS_PASSWORD=p"});
  EXPECT_FALSE(made(settings, {Home::fallback, "", ""}));
  for (const char* text : {"user app on >p +@all\n", "aclfile /users.acl\n"}) {
    const auto conf = made(settings, {Home::fallback, "", text});
    ASSERT_TRUE(conf) << text;
    EXPECT_EQ(*conf->text, std::string(text) + "masteruser app\nmasterauth p\n");
  }
}

TEST(NodeConf, AnnounceAndTls) {
  const Settings settings =
      with({"REDIS_ANNOUNCE_HOST=h", "REDIS_ANNOUNCE_PORT=1", "REDIS_TLS_CERT_FILE=/c",
            "REDIS_TLS_KEY_FILE=/k", "REDIS_TLS_CA_FILE=/a"});
  const auto last = made(settings, {Home::fallback, "", "slave-announce-ip h\n"});
  ASSERT_TRUE(last);
  EXPECT_EQ(*last->text,
            "slave-announce-ip h\nport 0\ntls-port 6379\ntls-replication yes\ntls-cert-file /c\n"
            "tls-key-file /k\ntls-ca-cert-file /a\nreplica-announce-port 1\n");
}

TEST(SentinelServer, IsStartedAsOneAndItsFileAlwaysWritten) {
  ServerCommand command;
  command.sentinel = true;
  const ConfSource source{Home::volume, "/data/sentinel.conf", rewritten};
  const auto conf = made(with({}), source, command);
  ASSERT_TRUE(conf);
  EXPECT_EQ(make_server_conf(with({}), command, {}, source, nothing).path, "/data/sentinel.conf");
  EXPECT_EQ(conf->text, rewritten);
  EXPECT_TRUE(conf->unchanged);
  EXPECT_EQ(conf->args.front(), "--sentinel");
}

struct AskedRow {
  std::vector<std::string> args;
  std::string before;
  std::string after;
};

TEST(SentinelServer, DirectivesAmongItsArgumentsAreInItsFileOnce) {
  const std::string monitor = "sentinel monitor m 10.0.0.1 6379 2\n";
  const std::string moved = "sentinel monitor m 10.0.0.2 6379 2\n";
  const std::vector<std::string> asks{"--sentinel", "monitor", "m", "10.0.0.1", "6379", "2"};
  const auto also = [&](std::vector<std::string> more) {
    more.insert(more.begin(), asks.begin(), asks.end());
    return more;
  };
  const std::vector<AskedRow> rows{
      {asks, "", monitor},
      {also({"--sentinel", "auth-pass", "m", "PW"}), "", monitor + "sentinel auth-pass m PW\n"},
      {asks, moved, moved},
      {{"--sentinel monitor m 10.0.0.1 6379 3"}, moved, "sentinel monitor m 10.0.0.2 6379 3\n"},
      {also({"--Sentinel", "Announce-IP", "A"}), monitor, monitor + "sentinel announce-ip A\n"},
      {also({"--sentinel", "known-replica", "m", "10.0.0.3", "1"}),
       moved + "sentinel known-replica m 10.0.0.3 1\n",
       moved + "sentinel known-replica m 10.0.0.3 1\n"},
      {also({"--sentinel", "current-epoch", "0", "--sentinel", "config-epoch", "m", "0"}),
       moved + "sentinel current-epoch 7\nsentinel config-epoch m 6\n",
       moved + "sentinel current-epoch 7\nsentinel config-epoch m 6\n"},
      {also({"--sentinel", "rename-command", "m", "CONFIG", "c", "--sentinel", "rename-command",
             "m", "INFO", "i"}),
       monitor + "sentinel rename-command m CONFIG c\n",
       monitor + "sentinel rename-command m CONFIG c\nsentinel rename-command m INFO i\n"},
  };
  for (const AskedRow& row : rows) {
    ServerCommand command;
    command.sentinel = true;
    command.args = row.args;
    const ConfSource source{Home::volume, "/data/sentinel.conf", row.before};
    const ServerConf conf = make_server_conf(with({}), command, {}, source, nothing);
    EXPECT_FALSE(conf.lacks_monitor) << row.after;
    EXPECT_NE(last_like(conf.effective, {"sentinel", {"monitor", "m"}}), nullptr) << row.after;
    const auto last = made(with({}), source, command);
    ASSERT_TRUE(last) << row.after;
    EXPECT_EQ(last->text, row.after);
    EXPECT_EQ(last->args, (std::vector<std::string>{"--sentinel", "--daemonize", "no",
                                                    "--supervised", "no", "--logfile", ""}));
  }
}

TEST(SentinelServer, ScriptsAreThoseOfTheGroupsThatItMonitors) {
  ServerCommand command;
  command.sentinel = true;
  const std::string text = "sentinel monitor g 10.0.0.1 6379 2\n";
  const ConfSource source{Home::volume, "/data/sentinel.conf", text};
  ServerConf conf = make_server_conf(with({"REDIS_GROUP=g"}), command, {}, source, nothing);
  conf.scripts = {{"sentinel", {"notification-script", "g", "/bin/true"}},
                  {"sentinel", {"notification-script", "k", "/bin/true"}}};
  const auto last = finish_conf(with({"REDIS_GROUP=g"}), conf, {});
  EXPECT_EQ(*last.text, text + "sentinel notification-script g /bin/true\n");
}

TEST(SentinelServer, ArgumentsWinOverSettings) {
  ServerCommand command;
  command.sentinel = true;
  command.args = {"--sentinel", "monitor", "redis",      "10.0.0.1",
                  "1",          "2",       "--sentinel", "down-after-milliseconds",
                  "redis",      "7"};
  const auto last = made(with({"REDIS_DOWN_AFTER_MS=5", "REDIS_QUORUM=4", "REDIS_PASSWORD=p",
                               "REDIS_ANNOUNCE_HOST=s.example"}),
                         {Home::fallback, "", ""}, command);
  ASSERT_TRUE(last);
  EXPECT_EQ(*last->text,
            "sentinel resolve-hostnames yes\n"
            "sentinel announce-hostnames yes\n"
            "sentinel announce-ip s.example\n"
            "sentinel monitor redis 10.0.0.1 1 2\n"
            "sentinel down-after-milliseconds redis 7\n"
            "sentinel auth-pass redis p\n");
}

struct OpenRow {
  std::vector<std::string_view> settings;
  std::string conf;
  std::vector<std::string> args;
  std::string outcome;
  Home home = Home::volume;
  bool sentinel = false;
};

std::vector<std::string> read_acl(const std::string& path) {
  if (path == "/open.acl") {
    return {"user app on >x +@all\n"};
  }
  return path == "/closed.acl" ? std::vector<std::string>{"user default on >x ~* +@all\n"}
                               : std::vector<std::string>{};
}

/// What becomes of a start: refused, closed, or open; with `!` if it warns of an open port.
std::string outcome_of(const OpenRow& row) {
  ServerCommand command;
  command.args = row.args;
  command.sentinel = row.sentinel;
  const Settings settings = with(row.settings);
  const ConfSource source{row.home, "/x", "protected-mode no\n" + row.conf};
  const ServerConf conf = make_server_conf(settings, command, {}, source, read_acl);
  if (!check_server_conf(settings, conf)) {
    return "refused";
  }
  const FinalConf last = finish_conf(settings, conf, {});
  auto effective = flatten(Conf(last.text.value_or(source.text)), read_acl);
  for (Directive& directive : directives_of_arguments(last.args)) {
    effective.push_back(std::move(directive));
  }
  const bool open = is_default_open(effective, conf.acl_file);
  return std::string(open ? "open" : "closed") + (conf.warnings.empty() ? "" : "!");
}

TEST(Passwords, ThatAreGivenNeverLeaveThePortOpen) {
  const std::string kept = "user default on nopass ~* &* +@all\n";
  const std::vector<std::string> asked{"--requirepass", "pw"};
  const std::vector<OpenRow> rows{
      {{"REDIS_USERNAME=default", "REDIS_PASSWORD=pw"}, "", {}, "closed"},
      {{"REDIS_USERNAME=default", "REDIS_PASSWORD=pw"}, kept, {}, "closed"},
      {{"REDIS_PASSWORD=pw"}, kept, {}, "closed"},
      {{}, kept, asked, "closed"},
      {{}, kept, {"--requirepass pw"}, "closed"},
      {{"REDIS_EXTRA_FLAGS=--requirepass pw"}, kept, {}, "closed"},
      {{}, "requirepass pw\n" + kept, {}, "closed"},
      {{}, kept, asked, "closed", Home::volume, true},
      {{"REDIS_SENTINEL_PASSWORD=pw"}, kept, {}, "closed", Home::volume, true},
      {{}, kept, asked, "refused", Home::given},
      {{}, "", asked, "closed", Home::given},
      {{"REDIS_PASSWORD=pw"}, "", {"--user", "default", "on", "nopass", "+@all"}, "refused"},
      {{"REDIS_PASSWORD=pw"}, "", {"--requirepass", ""}, "refused"},
      {{"REDIS_PASSWORD=pw"}, "aclfile /open.acl\n", {}, "refused"},
      {{"REDIS_PASSWORD=pw"}, "aclfile /closed.acl\n", {}, "closed"},
      {{}, "aclfile /open.acl\n", asked, "refused"},
      {{}, "aclfile /open.acl\n", {}, "open!"},
      {{}, "aclfile /closed.acl\n", {}, "closed"},
      {{}, "", {}, "open!"},
      {{}, kept, {}, "open!"},
      {{}, kept, {}, "open!", Home::volume, true},
      {{}, "user default on NOPASS ~* +@all\n", {}, "open!"},
      {{}, "user default off nopass ~* +@all\n", {}, "closed"},
      {{}, "user default on ~* +@all\n", {}, "closed"},
      {{}, "user default on nopass ~* -@all\n", {}, "closed"},
      {{}, "user default on >x nopass +@all resetpass\n", {}, "closed"},
      {{}, "user default on nopass +@all reset\n", {}, "closed"},
      {{}, "user default on nopass #0a1b +@all\n", {}, "closed"},
      {{"REDIS_USERNAME=app", "REDIS_PASSWORD=pw"}, "user app on >pw +@all\n", {}, "open!"},
  };
  for (const OpenRow& row : rows) {
    EXPECT_EQ(outcome_of(row), row.outcome)
        << row.conf << (row.args.empty() ? "" : row.args.front())
        << (row.settings.empty() ? "" : row.settings.front());
  }
}

TEST(SentinelConf, WithoutItsIdentityKnowsNoOtherSentinel) {
  Conf conf(
      "port 1\nsentinel myid fff\nsentinel monitor redis a 6379 2\nsentinel config-epoch redis 3\n"
      "sentinel known-replica redis b 6379\nsentinel known-sentinel redis c 26379 eee\n"
      "sentinel current-epoch 4\n");
  drop_identity(conf);
  EXPECT_EQ(conf.text(),
            "port 1\nsentinel monitor redis a 6379 2\nsentinel config-epoch redis 3\n"
            "sentinel known-replica redis b 6379\nsentinel current-epoch 4\n");
}

}  // namespace
}  // namespace dkr
