// What real servers answer to the questions of a status.

#include "dkr/redis/status_queries.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "dkr/core/settings/environment.hpp"
#include "dkr/core/settings/raw_settings.hpp"
#include "dkr/redis/connection.hpp"
#include "wire/server.hpp"

namespace dkr::test {
namespace {

using namespace std::chrono_literals;

TimePoint in(std::chrono::milliseconds time) {
  return std::chrono::steady_clock::now() + time;
}

Settings with(const std::vector<std::string_view>& entries) {
  return parse_settings(read_environment(entries).raw, "/")->settings;
}

void order(const Endpoint& at, const std::vector<std::string>& command) {
  auto connection = Connection::open(at, {}, in(5s));
  ASSERT_TRUE(connection);
  const auto reply = connection->ask(command, in(5s));
  ASSERT_TRUE(reply && reply->kind != Reply::Kind::error) << (reply ? reply->text : "");
}

TEST(StatusQuestions, ANodeTellsItsFenceItsLinkAndItsAge) {
  const RedisServer master({"--replica-announce-ip", "redis-1", "--repl-diskless-sync-delay", "0"});
  const RedisServer replica({"--replicaof", "127.0.0.1", std::to_string(master.endpoint().port)});
  NodeStatus follower;
  EXPECT_TRUE(wait_until([&] {
    follower = ask_node_status(replica.endpoint(), with({}), in(5s));
    return follower.view.link_up;
  }));
  EXPECT_TRUE(follower.detail.heard && *follower.detail.heard < 60s);
  EXPECT_FALSE(follower.detail.cut_for);
  EXPECT_TRUE(follower.detail.up && *follower.detail.up < 600s);
  EXPECT_FALSE(follower.detail.version.empty());
  const auto limits = [&] {
    return ask_node_status(master.endpoint(), with({}), in(5s))
        .detail.limits.value_or(MinReplicas{-1, -1});
  };
  EXPECT_EQ(limits(), (MinReplicas{0, 10}));
  order(master.endpoint(), {"CONFIG", "SET", "min-replicas-to-write", std::to_string(no_writes)});
  EXPECT_EQ(limits(), (MinReplicas{no_writes, 10}));
  order(master.endpoint(), {"CONFIG", "SET", "min-replicas-to-write", "1"});
  EXPECT_EQ(ask_node_status(master.endpoint(), with({}), in(5s)).view.announced,
            (Endpoint{"redis-1", master.endpoint().port}));
  EXPECT_TRUE(wait_until([&] {
    return ask_node_status(master.endpoint(), with({}), in(5s)).detail.good_replicas == 1;
  }));
}

TEST(StatusQuestions, ASentinelTellsWhomItMissesAndForHowLong) {
  const Endpoint dead{"127.0.0.1", free_port()};
  const SentinelServer sentinel("sentinel monitor g 127.0.0.1 " + std::to_string(dead.port) +
                                " 2\nsentinel down-after-milliseconds g 500\n");
  SentinelStatus status;
  EXPECT_TRUE(wait_until([&] {
    status = ask_sentinel_status(sentinel.endpoint(), with({"REDIS_GROUP=g"}), in(5s));
    return !status.detail.missed.empty();
  }));
  EXPECT_TRUE(status.view.knows_group);
  EXPECT_EQ(status.view.quorum, 2);
  EXPECT_EQ(status.detail.missed.front().at, dead);
  EXPECT_TRUE(status.detail.named_for && status.detail.up);
  EXPECT_EQ(status.detail.failover_timeout, 180s);
  EXPECT_EQ(status.detail.parallel_syncs, 1);
  EXPECT_FALSE(status.detail.version.empty());
  const auto unknown = ask_sentinel_status(sentinel.endpoint(), with({"REDIS_GROUP=x"}), in(5s));
  EXPECT_FALSE(unknown.view.failure);
  EXPECT_FALSE(unknown.view.knows_group);
}

TEST(StatusQuestions, WhoDoesNotAnswerIsAFailure) {
  const Endpoint dead{"127.0.0.1", free_port()};
  EXPECT_EQ(ask_node_status(dead, with({}), in(5s)).view.failure->kind,
            Failure::Kind::refused_connection);
  EXPECT_EQ(ask_sentinel_status(dead, with({}), in(5s)).view.failure->kind,
            Failure::Kind::refused_connection);
  const RedisServer closed({"--requirepass", "s3cret"});
  const NodeStatus refused = ask_node_status(closed.endpoint(), with({}), in(5s));
  ASSERT_TRUE(refused.view.failure);
  EXPECT_TRUE(refused.view.failure->text.starts_with("NOAUTH")) << refused.view.failure->text;
}

}  // namespace
}  // namespace dkr::test
