// How a sentinel is asked for a failover, and no other one.

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <string_view>

#include "dkr/core/settings/environment.hpp"
#include "dkr/core/settings/raw_settings.hpp"
#include "dkr/redis/orders.hpp"
#include "wire/server.hpp"

namespace dkr::test {
namespace {

using namespace std::chrono_literals;

constexpr const char* id = "0123456789012345678901234567890123456789";

std::string conf() {
  return std::string("sentinel myid ") + id + "\nsentinel monitor g 127.0.0.1 " +
         std::to_string(free_port()) + " 1\n";
}

FailoverAnswer ask(const FailoverSentinel& whom, std::chrono::milliseconds limit = 5s) {
  constexpr std::array<std::string_view, 1> entries{"REDIS_GROUP=g"};
  const Settings settings = parse_settings(read_environment(entries).raw, "/")->settings;
  return ask_failover(whom, settings, std::chrono::steady_clock::now() + limit);
}

constexpr std::string_view no_replica = "NOGOODSLAVE No suitable replica to promote";

TEST(FailoverRequest, OnlyTheOneThatIsMeantIsAsked) {
  const SentinelServer sentinel(conf());
  const SentinelServer other("");
  EXPECT_EQ(ask({{sentinel.endpoint()}, id}).text, no_replica);
  EXPECT_EQ(ask({{sentinel.endpoint()}, ""}).text, no_replica) << "it cannot be told, before 6.2";
  EXPECT_EQ(ask({{other.endpoint()}, id}).text, "another sentinel answers there");
  EXPECT_EQ(ask({{other.endpoint(), sentinel.endpoint()}, id}).text, no_replica);
  EXPECT_FALSE(ask({{other.endpoint(), sentinel.endpoint()}, id}).in_doubt);
}

TEST(FailoverRequest, OnlyALostReplyIsADoubt) {
  EXPECT_FALSE(ask({{{"127.0.0.1", free_port()}}, id}).in_doubt);
  const Listener silent;
  EXPECT_FALSE(ask({{silent.endpoint()}, id}, 200ms).in_doubt) << "it was not asked yet";
  EXPECT_TRUE(ask({{silent.endpoint()}, ""}, 200ms).in_doubt);
}

}  // namespace
}  // namespace dkr::test
