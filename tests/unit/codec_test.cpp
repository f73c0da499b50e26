#include "dkr/core/base/codec.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "dkr/core/conf/wanted_conf.hpp"
#include "dkr/core/decide/start_role.hpp"
#include "dkr/core/health/health_view.hpp"
#include "dkr/core/view/group_view.hpp"
#include "dkr/group/look_report.hpp"
#include "views.hpp"

namespace dkr {
namespace {

/// Comes back as it was, and nothing comes of a line that lost an end or a word, or has one more.
template <class T>
void expect_back(const T& value) {
  const std::string line = encode(value);
  const auto back = decode<T>(line);
  ASSERT_TRUE(back) << line;
  EXPECT_EQ(encode(*back), line);
  for (std::size_t length = 0; length < line.size(); ++length) {
    EXPECT_FALSE(decode<T>(line.substr(0, length))) << line << " up to " << length;
  }
  EXPECT_FALSE(decode<T>(line + line)) << line;
  EXPECT_FALSE(decode<T>(line.substr(0, line.size() - 1) + " 0\n")) << line;
  const auto last = line.find_last_of(' ');
  EXPECT_FALSE(decode<T>(line.substr(0, last == std::string::npos ? 0 : last) + '\n')) << line;
}

NodeView every_field() {
  NodeView node;
  node.at = a;
  node.failure = Failure{Failure::Kind::refused_by_server, "NOAUTH \"no\"\r\n'\\x00"};
  node.role = NodeView::Role::replica;
  node.loading = node.link_up = node.was_linked = node.synchronizing = node.aof_rewrite = true;
  node.loaded_percent = 1;
  node.master = b;
  node.linked_replicas = 2;
  node.replicas = {b, c};
  node.keys = 3;
  node.replication_id = "h";
  node.former_id = "f";
  node.offset = std::numeric_limits<long long>::max();
  node.priority = 4;
  node.aof_size = 5;
  node.changes = 6;
  node.run_id = "r";
  node.announced = {"redis-0.example", 7};
  return node;
}

SentinelView every_sentinel_field() {
  SentinelView sentinel = names(a, 1);
  sentinel.failure = Failure{};
  sentinel.flags = ServerFlags("s_down,o_down,master,disconnected,failover_in_progress");
  sentinel.silence = std::chrono::milliseconds(1);
  sentinel.busy = true;
  sentinel.tilt = true;
  sentinel.config_epoch = 2;
  sentinel.newest_epoch = 3;
  sentinel.quorum = 4;
  sentinel.paused_until = WallTime(std::chrono::seconds(8));
  sentinel.down_after = std::chrono::milliseconds(5);
  sentinel.replicas = {{b, "id", ServerFlags("slave"), 6, std::chrono::milliseconds(7)}};
  return sentinel;
}

TEST(Codec, ValuesComeBack) {
  expect_back(std::string());
  expect_back(std::string("a \"b\" 'c' \\ \r\n\t\0\x01\xff#", 19));
  expect_back(true);
  expect_back(std::numeric_limits<long long>::min());
  expect_back(std::numeric_limits<int>::max());
  expect_back(std::uint64_t{std::numeric_limits<long long>::max()});
  expect_back(std::vector<std::string>{});
  expect_back(std::vector<std::string>{"", "1", " "});
  expect_back(std::optional<Endpoint>());
  expect_back(std::optional<Endpoint>(a));
  expect_back(TimePoint(std::chrono::nanoseconds(-5)));
  expect_back(Result<std::string>("v"));
  expect_back(Result<std::string>(Error{ExitStatus::config, "why"}));
}

TEST(Codec, WhatWeSendComesBack) {
  expect_back(NodeView());
  expect_back(every_field());
  expect_back(SentinelView());
  expect_back(every_sentinel_field());
  HealthView health;
  expect_back(health);
  health.kind = HealthView::Kind::sentinel;
  health.heard = health.alive = TimePoint(std::chrono::seconds(1));
  health.failure = "f";
  health.crashes = 1;
  health.node = every_field();
  health.gate = Gate::closed;
  health.gate_reason = "r";
  health.refuses_writes = true;
  health.lag = 2;
  health.group = "g";
  health.standing = {true, 1, 2, 3, a, true, true};
  health.paused_until = WallTime(std::chrono::seconds(9));
  health.groups = {{"g", a, true, true, "votes", 1, 2, 3, WallTime(std::chrono::seconds(8)), true}};
  expect_back(health);
  for (const RoleCaseText& text : role_case_texts()) {
    expect_back(RoleDecision{RoleAction::wait, {text.kind, b}});
  }
  expect_back(RoleDecision());
  expect_back(MonitorSeed{a, 1, 2, std::string(40, 'a')});
  expect_back(MonitorSeed{{"::1", 1}, 0, 0, ""});
  expect_back(MonitorSeed{a, 1, 2, "aa", {b, c}, {{sentinel_at(1), "bb"}}});
  expect_back(LookReport());
  expect_back(LookReport{RoleCase{RoleCase::Kind::nobody_named}, {a}, {b, c}, {a}, b, true});
}

TEST(Codec, NoValueComesOfOtherWords) {
  for (const char* bad :
       {"", "\n", "2\n", "-1\n", "1 1\n", "x\n", "true\n", "1", "\"1\n", "1\n1\n"}) {
    EXPECT_FALSE(decode<bool>(bad)) << bad;
  }
  for (const char* bad : {"2147483648\n", "-2147483649\n", "1.5\n", "0x1\n", "\"\"\n"}) {
    EXPECT_FALSE(decode<int>(bad)) << bad;
  }
  for (const char* bad :
       {"h 1\n", "1 h\n", "99999999999999999999 h\n", "18446744073709551615 h\n"}) {
    EXPECT_FALSE(decode<std::vector<Endpoint>>(bad)) << bad;
  }
  for (const char* bad :
       {"10.0.0.1 65536\n", "h;x 1\n", "\"a b\" 1\n", "h -1\n", "h\n", "h 1 2\n"}) {
    EXPECT_FALSE(decode<Endpoint>(bad)) << bad;
  }
  for (const char* bad : {"6 0 \"\" 0\n", "-1 0 \"\" 0\n", "0 99 \"\" 0\n", "wait 0 \"\" 0\n"}) {
    EXPECT_FALSE(decode<RoleDecision>(bad)) << bad;
  }
  for (const char* bad : {"\"\" 1 0 0 \"\"\n", "h 0 0 0 \"\"\n", "h 1 -1 0 \"\"\n", "h 1 0 0 xyz\n",
                          "h 1 0 0 AB\n"}) {
    EXPECT_FALSE(decode<MonitorSeed>(bad)) << bad;
  }
}

/// Whatever a process that was taken over sends.
TEST(Codec, RandomLinesAreReadOrRefused) {
  std::mt19937 random(1);
  const std::string line = encode(GroupView{{every_sentinel_field()}, {every_field()}}.sentinels);
  int read = 0;
  for (int i = 0; i < 20000; ++i) {
    std::string other = line;
    for (int change = pick(random, 4); change >= 0; --change) {
      other[static_cast<std::size_t>(pick(random, static_cast<int>(other.size())))] =
          static_cast<char>(pick(random, 256));
    }
    const auto back = decode<std::vector<SentinelView>>(other);
    read += back ? 1 : 0;
    EXPECT_TRUE(!back || decode<std::vector<SentinelView>>(encode(*back))) << other;
  }
  EXPECT_GT(read, 0);
}

}  // namespace
}  // namespace dkr
