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
