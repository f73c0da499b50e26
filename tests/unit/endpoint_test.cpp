#include "dkr/core/base/endpoint.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "dkr/core/base/text.hpp"

namespace dkr {
namespace {

TEST(Endpoint, ReadsHostsAndPorts) {
  const std::vector<std::pair<std::string, Endpoint>> rows{
      {"redis", {"redis", 0}},
      {"redis:1", {"redis", 1}},
      {"10.0.0.1:65535", {"10.0.0.1", 65535}},
      {"fd00::1", {"fd00::1", 0}},
      {"[fd00::1]", {"fd00::1", 0}},
      {"[fd00::1]:2", {"fd00::1", 2}},
      {"a-b_c.d.", {"a-b_c.d.", 0}},
  };
  for (const auto& [text, endpoint] : rows) {
    EXPECT_EQ(parse_endpoint(text), endpoint) << text;
  }
  for (const char* bad : {"", ":1", "a:", "a:0", "a:65536", "a:b", "a b", "[fd00::1", "[fd00::1]1",
                          "[]", "-a", "a/b", "a:1:2x"}) {
    EXPECT_FALSE(parse_endpoint(bad)) << bad;
  }
  EXPECT_FALSE(parse_endpoint(std::string(254, 'a')));
}

TEST(Endpoint, ReadsBytes) {
  const std::vector<std::pair<std::string, long long>> rows{
      {"0", 0},          {"17", 17},        {"17b", 17},        {"2k", 2000},
      {"2kb", 2048},     {"2M", 2'000'000}, {"2mB", 2'097'152}, {"3g", 3'000'000'000},
      {"1GB", 1LL << 30}};
  for (const auto& [text, bytes] : rows) {
    EXPECT_EQ(parse_bytes(text), bytes) << text;
  }
  for (const char* bad : {"", "mb", "-1", "1.5mb", "1 mb", "1tb", "9223372036854775807",
                          "9223372036854775807gb", "1kbx"}) {
    EXPECT_FALSE(parse_bytes(bad)) << bad;
  }
}

TEST(Endpoint, TellsAddressesFromNames) {
  for (const char* address : {"0.0.0.0", "255.255.255.255", "::1", "fd00::1:2", "::ffff:1.2.3.4"}) {
    EXPECT_TRUE(is_address(address)) << address;
  }
  for (const char* name : {"1.2.3", "1.2.3.4.5", "256.1.1.1", "1.2.3.x", "redis", "1.2.3.", ""}) {
    EXPECT_FALSE(is_address(name)) << name;
  }
}

TEST(Endpoint, IsWrittenAsItIsRead) {
  for (const Endpoint& endpoint : {Endpoint{"h", 1}, Endpoint{"fd00::1", 2}}) {
    EXPECT_EQ(parse_endpoint(to_string(endpoint)), endpoint);
  }
}

TEST(Endpoint, AnAddressHasOneSpelling) {
  const std::vector<std::pair<std::string, std::string>> rows{
      {"0:0:0:0:0:0:0:1", "::1"},         {"FD00::A", "fd00::a"},
      {"fd00:0:0::00a", "fd00::a"},       {"::ffff:10.0.0.1", "10.0.0.1"},
      {"FE80::1%eth0", "fe80::1%eth0"},   {"10.0.0.1", "10.0.0.1"},
      {"redis-1.redis", "redis-1.redis"},
  };
  for (const auto& [given, usual] : rows) {
    EXPECT_EQ(canonical_host(given), usual) << given;
    EXPECT_EQ(parse_endpoint(given)->host, usual) << given;
  }
}

}  // namespace
}  // namespace dkr
