// How real sentinels keep a pause.

#include "dkr/core/view/pause.hpp"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "dkr/core/settings/environment.hpp"
#include "dkr/core/settings/raw_settings.hpp"
#include "dkr/redis/orders.hpp"
#include "dkr/redis/queries.hpp"
#include "wire/server.hpp"

namespace dkr::test {
namespace {

using namespace std::chrono_literals;

constexpr WallTime later = std::chrono::sys_days{std::chrono::year{2030} / 1 / 1};

TimePoint soon() {
  return std::chrono::steady_clock::now() + 5s;
}

const Settings& of_group() {
  constexpr std::array<std::string_view, 1> entries{"REDIS_GROUP=g"};
  static const Settings settings = parse_settings(read_environment(entries).raw, "/")->settings;
  return settings;
}

std::string monitoring(const Endpoint& master) {
  return "sentinel monitor g " + master.host + ' ' + std::to_string(master.port) +
         " 1\nsentinel down-after-milliseconds g 1000\n";
}

SentinelView view_of(const SentinelServer& sentinel) {
  return ask_sentinel(sentinel.endpoint(), of_group(), soon());
}

std::string pause(const SentinelServer& sentinel) {
  return set_quorum(sentinel.endpoint(), of_group(), with_pause(1, later), soon());
}

bool fails_over(const SentinelServer& sentinel) {
  const SentinelView view = view_of(sentinel);
  return view.flags.o_down || view.busy;
}

TEST(Pause, ASentinelShowsItPromotesNobodyAndKeepsItOverAStart) {
  auto master = std::make_unique<RedisServer>();
  const std::string port = std::to_string(master->endpoint().port);
  const RedisServer replica({"--replicaof", "127.0.0.1", port});
  SentinelServer sentinel(monitoring(master->endpoint()));
  ASSERT_TRUE(wait_until([&] { return view_of(sentinel).replicas.size() == 1; }));
  EXPECT_EQ(pause(sentinel), "");
  EXPECT_EQ(view_of(sentinel).quorum, 1);
  EXPECT_EQ(view_of(sentinel).paused_until, later);
  sentinel.stop();
  sentinel.start();
  EXPECT_TRUE(wait_until([&] { return view_of(sentinel).knows_group; }));
  EXPECT_EQ(view_of(sentinel).paused_until, later);
  master.reset();
  EXPECT_TRUE(wait_until([&] { return view_of(sentinel).flags.s_down; }));
  EXPECT_FALSE(wait_until([&] { return fails_over(sentinel); }, within(3s)));
  EXPECT_EQ(set_quorum(sentinel.endpoint(), of_group(), 1, soon()), "");
  EXPECT_TRUE(wait_until([&] { return view_of(sentinel).master == replica.endpoint(); }));
}

TEST(Pause, AFailoverByHandPromotesAReplicaThatKeepsThePause) {
  const RedisServer master;
  const std::string port = std::to_string(master.endpoint().port);
  const RedisServer replica({"--replicaof", "127.0.0.1", port});
  const SentinelServer sentinel(monitoring(master.endpoint()));
  ASSERT_TRUE(wait_until([&] { return view_of(sentinel).replicas.size() == 1; }));
  EXPECT_EQ(pause(sentinel), "");
  FailoverAnswer answer;
  ASSERT_TRUE(wait_until([&] {
    answer = ask_failover({{sentinel.endpoint()}, ""}, of_group(), soon());
    return answer.text == "OK";
  })) << answer.text;
  EXPECT_TRUE(wait_until([&] { return view_of(sentinel).master == replica.endpoint(); }));
  EXPECT_EQ(view_of(sentinel).paused_until, later);
  EXPECT_EQ(view_of(sentinel).quorum, 1);
}

}  // namespace
}  // namespace dkr::test
