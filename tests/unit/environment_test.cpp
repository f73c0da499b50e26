#include "dkr/core/settings/environment.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace dkr {
namespace {

EnvironmentSettings read(const std::vector<std::string_view>& entries) {
  return read_environment(entries);
}

TEST(Environment, TakesWhatHasASetting) {
  const auto env = read({"REDIS_PORT=7000", "LOG_LEVEL=debug", "REDIS_CONF=", "PATH=/bin", "ODD",
                         "REDIS_SERVER_ARGS=--a=b"});
  ASSERT_EQ(env.raw.size(), 3U);
  EXPECT_EQ(env.raw.at(&spec_of(&Settings::port)).text, "7000");
  EXPECT_EQ(env.raw.at(&spec_of(&Settings::server_args)).text, "--a=b");
  EXPECT_TRUE(env.warnings.empty());
}

TEST(Environment, NamesTheNearestKnownName) {
  const auto env = read({"REDIS_PROT=1", "REDIS_DATADIR=/x"});
  ASSERT_EQ(env.warnings.size(), 2U);
  EXPECT_EQ(env.warnings[0], "REDIS_PROT: no such setting; the nearest is REDIS_PORT");
  EXPECT_EQ(env.warnings[1], "REDIS_DATADIR: no such setting; the nearest is REDIS_DATA_DIR");
  EXPECT_TRUE(read({"REDIS_VERSION=8", "NOT_REDIS_X=1", "REDISX=1"}).warnings.empty());
}

struct WarningRow {
  std::string_view entry;
  std::string warning;
};

TEST(Environment, WhatOthersWriteForNothingIsNoValue) {
  const std::vector<std::string_view> entries{
      "REDIS_PASSWORD=null",
      "REDIS_PASSWORD=undefined",
      "REDIS_GROUP=${GROUP}",
      "REDIS_SENTINEL_SERVICE_HOST=$(SENTINELS)",
      "REDIS_PORT=NULL",
      "SENTINEL=null",
      "REDIS_QUORUM=<no value>",
      "REDIS_MASTER_HOST={{ .Values.host }}",
      "REDIS_SENTINEL_PASSWORD=''",
      "REDIS_PASSWORD=\"\"",
      "REDIS_PASSWORD_FILE=nil",
      "REDIS_PORT=${PORT:-}",
  };
  for (const std::string_view entry : entries) {
    const auto env = read({entry});
    EXPECT_TRUE(env.raw.empty()) << entry;
    ASSERT_EQ(env.warnings.size(), 1U) << entry;
    EXPECT_EQ(env.warnings[0], std::string(entry) + ": is no value, and counts as not given");
  }
  for (const std::string_view entry :
       {"REDIS_PASSWORD=nullable", "REDIS_PASSWORD=a${X}", "REDIS_PASSWORD=${X}y",
        "REDIS_PASSWORD=$ecret", "REDIS_PASSWORD={x}", "REDIS_SERVER_ARGS=--save ''"}) {
    EXPECT_EQ(read({entry}).raw.size(), 1U) << entry;
    EXPECT_TRUE(read({entry}).warnings.empty()) << entry;
  }
}

TEST(Environment, AReferenceForASecretIsNotPassedOver) {
  for (const std::string_view entry :
       {"REDIS_PASSWORD=${X}", "REDIS_MASTER_PASSWORD=$(X)", "REDIS_SENTINEL_PASSWORD={{ x }}"}) {
    const auto env = read({entry});
    const auto parsed = parse_settings(env.raw, "/");
    ASSERT_FALSE(parsed) << entry;
    EXPECT_EQ(parsed.error().text,
              std::string(entry) +
                  ": nobody has filled in this reference; accepted is 1 to 512 "
                  "bytes without a line end; or NAME_FILE, a file that holds it");
  }
}

TEST(Environment, WhatAnApplicationReadsIsNamed) {
  const std::string client = ": is for clients, and changes nothing here";
  const std::vector<WarningRow> rows{
      {"REDIS_HOST=redis", "REDIS_HOST" + client},
      {"REDIS_URL=redis://:pw@redis:6379/0", "REDIS_URL" + client},
      {"REDIS_DB=0", "REDIS_DB" + client},
      {"REDIS_USER=app", "REDIS_USER" + client},
      {"REDIS_SSL=true", "REDIS_SSL" + client},
      {"REDIS_REPLICATION_MODE=master", "REDIS_REPLICATION_MODE: not read here; set REDIS_GROUP"},
      {"REDIS_AOF_ENABLED=no", "REDIS_AOF_ENABLED: not read here; set REDIS_SERVER_ARGS"},
      {"REDIS_SENTINEL_HOST=s",
       "REDIS_SENTINEL_HOST: not read here; set REDIS_SENTINEL_SERVICE_HOST"},
      {"REDIS_CACHE_LIFETIME_SECONDS=5", "REDIS_CACHE_LIFETIME_SECONDS: no such setting"},
      {"REDIS_PROT=1", "REDIS_PROT: no such setting; the nearest is REDIS_PORT"},
  };
  for (const auto& row : rows) {
    const auto env = read({row.entry});
    EXPECT_TRUE(env.raw.empty()) << row.entry;
    ASSERT_EQ(env.warnings.size(), 1U) << row.entry;
    EXPECT_EQ(env.warnings[0], row.warning);
  }
}

TEST(Environment, PassesOverContainerLinks) {
  const auto env =
      read({"REDIS_NAME=/app/redis", "REDIS_ENV_REDIS_VERSION=7", "REDIS_ENV_REDIS_PASSWORD=s",
            "REDIS_MASTER_NAME=/a/redis-master", "REDIS_1_ENV_X=1",
            "REDIS_1_PORT=tcp://172.17.0.2:6379", "REDIS_1_PORT_6379_TCP_ADDR=172.17.0.2"});
  EXPECT_TRUE(env.raw.empty());
  EXPECT_TRUE(env.warnings.empty()) << env.warnings.front();
}

TEST(Environment, PassesOverKubernetesServices) {
  // The variables of services called redis, redis-sentinel, redis-master, redis-health and
  // redis-data.
  const std::vector<std::string_view> entries{
      "REDIS_PORT=tcp://10.0.0.1:6379",
      "REDIS_SERVICE_HOST=10.0.0.1",
      "REDIS_SERVICE_PORT=6379",
      "REDIS_SERVICE_PORT_REDIS=6379",
      "REDIS_PORT_6379_TCP=tcp://10.0.0.1:6379",
      "REDIS_PORT_6379_TCP_PROTO=tcp",
      "REDIS_PORT_6379_TCP_PORT=6379",
      "REDIS_PORT_6379_TCP_ADDR=10.0.0.1",
      "REDIS_SENTINEL_PORT=tcp://10.0.0.2:26379",
      "REDIS_MASTER_PORT=tcp://[fd00::1]:6379",
      "REDIS_MASTER_SERVICE_HOST=10.0.0.3",
      "REDIS_HEALTH_PORT=udp://10.0.0.4:1",
      "REDIS_HEALTH_PORT_1_UDP_ADDR=10.0.0.4",
      "REDIS_DATA_PORT_9_SCTP=sctp://10.0.0.5:9",
      "REDIS_PORT_PORT_80_TCP=tcp://10.0.0.6:80",
  };
  const auto env = read(entries);
  EXPECT_TRUE(env.raw.empty());
  EXPECT_TRUE(env.warnings.empty()) << env.warnings.front();
}

TEST(Environment, TheServiceOfTheSentinelsIsASetting) {
  const auto env = read(
      {"REDIS_SENTINEL_SERVICE_HOST=10.0.0.2", "REDIS_SENTINEL_SERVICE_PORT=26380",
       "REDIS_SENTINEL_SERVICE_PORT_SENTINEL=26380", "REDIS_SENTINEL_PORT=tcp://10.0.0.2:26380"});
  EXPECT_EQ(env.raw.size(), 2U);
  EXPECT_EQ(env.raw.at(&spec_of(&Settings::sentinel_hosts)).text, "10.0.0.2");
  EXPECT_EQ(env.raw.at(&spec_of(&Settings::sentinel_service_port)).text, "26380");
  EXPECT_TRUE(env.warnings.empty());
}

TEST(Environment, WhatKubernetesTellsEverybodyIsNotAskedFor) {
  const auto injected = [](const std::vector<std::string_view>& entries) {
    return read(entries).raw.at(&spec_of(&Settings::sentinel_hosts)).injected;
  };
  EXPECT_TRUE(injected(
      {"REDIS_SENTINEL_SERVICE_HOST=10.0.0.2", "REDIS_SENTINEL_PORT=tcp://10.0.0.2:26379"}));
  EXPECT_TRUE(injected(
      {"REDIS_SENTINEL_PORT=tcp://[fd00::1]:26379", "REDIS_SENTINEL_SERVICE_HOST=fd00::1"}));
  EXPECT_FALSE(injected({"REDIS_SENTINEL_SERVICE_HOST=10.0.0.2"}));
  EXPECT_FALSE(injected(
      {"REDIS_SENTINEL_SERVICE_HOST=redis-sentinel", "REDIS_SENTINEL_PORT=tcp://10.0.0.2:26379"}));
}

TEST(Environment, ASecretMayBeInAFile) {
  const auto env = read({"REDIS_PASSWORD_FILE=/run/secrets/p", "REDIS_SENTINEL_PASSWORD=s"});
  EXPECT_EQ(env.raw.at(&spec_of(&Settings::password)).file, "/run/secrets/p");
  EXPECT_EQ(env.raw.at(&spec_of(&Settings::sentinel_password)).text, "s");
  EXPECT_EQ(read({"REDIS_PORT_FILE=/p"}).warnings.size(), 1U);
}

TEST(Environment, AlmostAServiceIsNone) {
  EXPECT_FALSE(is_service_variable("REDIS_PORT", "6379"));
  EXPECT_FALSE(is_service_variable("REDIS_PORT_X_TCP", "tcp://10.0.0.1:1"));
  EXPECT_FALSE(is_service_variable("REDIS_PORT_1_ICMP", "x"));
  EXPECT_FALSE(is_service_variable("REDIS_PORT_1_TCP_NAME", "x"));
  EXPECT_FALSE(is_service_variable("REDIS_PORTS", "tcp://10.0.0.1:1"));
}

}  // namespace
}  // namespace dkr
