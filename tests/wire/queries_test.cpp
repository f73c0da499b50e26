// What sentinels and data nodes answer to our questions.

#include "dkr/redis/queries.hpp"

#include <gtest/gtest.h>
#include <hiredis.h>
#include <sys/wait.h>

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>

#include "dkr/core/settings/environment.hpp"
#include "dkr/core/settings/raw_settings.hpp"
#include "dkr/platform/child_job.hpp"
#include "dkr/redis/connection.hpp"
#include "dkr/redis/resolver.hpp"
#include "dkr/redis/resp.hpp"
#include "wire/server.hpp"

namespace dkr::test {
namespace {

using namespace std::chrono_literals;

TimePoint in(std::chrono::milliseconds time) {
  return std::chrono::steady_clock::now() + time;
}

/// The settings that `NAME=value` entries make.
Settings with(const std::vector<std::string_view>& entries) {
  return parse_settings(read_environment(entries).raw, "/")->settings;
}

NodeView ask(const Endpoint& at, const Settings& settings) {
  return ask_node(at, settings, in(5s));
}

template <class View>
std::string why(const View& view) {
  return view.failure ? view.failure->text : "";
}

TEST(Questions, ANodeTellsItsRole) {
  const RedisServer master;
  const RedisServer replica({"--replicaof", "127.0.0.1", std::to_string(master.endpoint().port)});
  NodeView view;
  EXPECT_TRUE(wait_until([&] {
    view = ask(master.endpoint(), with({}));
    return view.linked_replicas == 1;
  })) << why(view);
  EXPECT_EQ(view.role, NodeView::Role::master);
  EXPECT_FALSE(view.has_keys());
  EXPECT_EQ(view.replication_id.size(), 40U);
  NodeView other;
  EXPECT_TRUE(wait_until([&] {
    other = ask(replica.endpoint(), with({}));
    return other.link_up;
  })) << why(other);
  EXPECT_EQ(other.role, NodeView::Role::replica);
  EXPECT_EQ(other.master, master.endpoint());
  EXPECT_EQ(other.replication_id, view.replication_id);

  auto connection = Connection::open(master.endpoint(), {}, in(5s));
  ASSERT_TRUE(connection);
  ASSERT_TRUE(connection->ask({"SET", "k", "v"}, in(5s)));
  EXPECT_TRUE(ask(master.endpoint(), with({})).has_keys());
}

TEST(Questions, ASentinelTellsWhomItNames) {
  const RedisServer master;
  const std::string port = std::to_string(master.endpoint().port);
  const SentinelServer sentinel(
      "sentinel myid 0123456789012345678901234567890123456789\n"
      "sentinel monitor g 127.0.0.1 " +
      port +
      " 3\n"
      "requirepass s3cret\n");
  const auto ask = [&](const Settings& settings) {
    return ask_sentinel(sentinel.endpoint(), settings, in(5s));
  };
  const SentinelView view = ask(with({"REDIS_GROUP=g", "REDIS_SENTINEL_PASSWORD=s3cret"}));
  EXPECT_EQ(why(view), "");
  EXPECT_TRUE(view.knows_group);
  EXPECT_EQ(view.master, master.endpoint());
  EXPECT_EQ(view.quorum, 3);
  EXPECT_EQ(view.id, "0123456789012345678901234567890123456789");
  const SentinelView unknown = ask(with({"REDIS_GROUP=other", "REDIS_SENTINEL_PASSWORD=s3cret"}));
  EXPECT_EQ(why(unknown), "");
  EXPECT_FALSE(unknown.knows_group);
  EXPECT_TRUE(why(ask(with({"REDIS_GROUP=g"}))).starts_with("NOAUTH"));
  const SentinelView refused = ask(with({"REDIS_GROUP=g", "REDIS_SENTINEL_PASSWORD=wr0ng"}));
  EXPECT_TRUE(why(refused).starts_with("WRONGPASS")) << why(refused);
  EXPECT_EQ(why(refused).find("wr0ng"), std::string::npos);
  EXPECT_EQ(refused.failure->kind, Failure::Kind::refused_by_server);
  // A data node in the place of a sentinel, and a sentinel in that of a data node.
  const auto not_one = ask_sentinel(master.endpoint(), with({}), in(5s));
  EXPECT_TRUE(why(not_one).starts_with("ERR unknown command")) << why(not_one);
  EXPECT_NE(why(ask_node(sentinel.endpoint(), with({}), in(5s))), "");
  EXPECT_EQ(ask_node({"127.0.0.1", free_port()}, with({}), in(5s)).failure->kind,
            Failure::Kind::refused_connection);
}

TEST(Questions, ASentinelTellsItsLastVoteAndIsNotMovedToAnother) {
  const std::string id = "0123456789012345678901234567890123456789";
  const Endpoint dead{"127.0.0.1", free_port()};
  SentinelServer sentinel("sentinel myid " + id + "\nsentinel monitor g 127.0.0.1 " +
                          std::to_string(dead.port) +
                          " 1\nsentinel down-after-milliseconds g 500\n");
  const auto ask = [&] {
    auto connection = Connection::open(sentinel.endpoint(), {}, in(5s));
    const auto reply = connection ? connection->ask(last_vote_query(dead), in(5s))
                                  : Result<Reply, Failure>(connection.error());
    return reply ? vote_in(*reply, {}) : Vote{};
  };
  EXPECT_EQ(ask().epoch, 0U);
  EXPECT_TRUE(wait_until([&] { return ask().epoch == 1; })) << "it elects itself";
  EXPECT_EQ(ask().leader, id);
  EXPECT_NE(sentinel.configuration().find("leader-epoch g 1\n"), std::string::npos);
  sentinel.stop();
  sentinel.start();
  Vote vote;
  EXPECT_TRUE(wait_until([&] { return (vote = ask()).epoch > 0; }));
  EXPECT_TRUE(vote.leader.empty() || vote.epoch > 1) << "it does not know any more for whom";
}

TEST(Questions, ASentinelThatStoodStillOnlyObserves) {
  const SentinelServer sentinel("sentinel monitor g 127.0.0.1 " + std::to_string(free_port()) +
                                " 1\n");
  const auto ask = [&] {
    return ask_sentinel(sentinel.endpoint(), with({"REDIS_GROUP=g"}), in(5s));
  };
  EXPECT_FALSE(ask().tilt);
  sentinel.signal(SIGSTOP);
  const auto stopped = std::chrono::steady_clock::now();
  EXPECT_TRUE(wait_until([&] { return std::chrono::steady_clock::now() > stopped + 2500ms; }));
  sentinel.signal(SIGCONT);
  EXPECT_TRUE(wait_until([&] { return ask().tilt; }));
}

/// Whether a reader of hiredis with our bounds makes a reply of it.
bool takes(const std::string& text) {
  const std::unique_ptr<redisReader, decltype(&redisReaderFree)> reader(redisReaderCreate(),
                                                                        redisReaderFree);
  bound(*reader);
  void* reply = nullptr;
  redisReaderFeed(reader.get(), text.data(), text.size());
  redisReaderGetReply(reader.get(), &reply);
  freeReplyObject(reply);
  return reply != nullptr;
}

TEST(Questions, RepliesHaveBounds) {
  const auto nested = [](int depth) {
    std::string text;
    for (int i = 0; i < depth; ++i) {
      text += "*1\r\n";
    }
    return text + ":1\r\n";
  };
  const auto list = [](int length) {
    std::string text = '*' + std::to_string(length) + "\r\n";
    for (int i = 0; i < length; ++i) {
      text += ":1\r\n";
    }
    return text;
  };
  EXPECT_TRUE(takes(nested(16)));
  EXPECT_FALSE(takes(nested(17)));
  EXPECT_TRUE(takes(list(65536)));
  EXPECT_FALSE(takes(list(65537)));
}

TEST(Questions, AnIdentityIsStable) {
  EXPECT_EQ(identity_of("a").size(), 40U);
  EXPECT_EQ(identity_of("a"), identity_of("a"));
  EXPECT_NE(identity_of("a"), identity_of("b"));
}

TEST(Resolver, NamesAndAddresses) {
  EXPECT_EQ(*addresses_of("127.0.0.1"), std::vector<std::string>{"127.0.0.1"});
  const auto local = addresses_of("localhost");
  ASSERT_TRUE(local);
  EXPECT_EQ(local->back().find("127.0.0.1") == 0 || local->front() == "127.0.0.1", true);
  const auto none = addresses_of("no-such-name.invalid");
  ASSERT_FALSE(none);
  EXPECT_TRUE(none.error().text.starts_with("no-such-name.invalid: "));
}

TEST(ChildJobs, RunTogether) {
  const std::string big(1'000'000, 'x');
  std::vector<ChildJob<std::string>> jobs;
  for (int i = 0; i < 8; ++i) {
    jobs.emplace_back([i] {
      std::this_thread::sleep_for(100ms);
      return std::to_string(i);
    });
  }
  jobs.emplace_back([&] { return big; });
  jobs.emplace_back([]() -> std::string { throw std::runtime_error("no"); });
  const auto start = std::chrono::steady_clock::now();
  for (std::size_t i = 0; i < 8; ++i) {
    EXPECT_EQ(jobs[i].answer(in(10s)), std::to_string(i));
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, 750ms) << "one after the other";
  EXPECT_EQ(jobs[8].answer(in(10s)), big);
  EXPECT_EQ(jobs[9].answer(in(10s)), std::nullopt);
}

TEST(ChildJobs, OneThatHangsIsEndedAtTheDeadline) {
  const auto hangs = [] {
    std::this_thread::sleep_for(1h);
    return true;
  };
  const auto start = std::chrono::steady_clock::now();
  EXPECT_FALSE(in_child(hangs, start + 200ms));
  const auto took = std::chrono::steady_clock::now() - start;
  EXPECT_GE(took, 200ms);
  EXPECT_LT(took, 2s);
  EXPECT_EQ(in_child([] { return 7; }, in(10s)), 7);
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1) << "a process is left";
}

TEST(ChildJobs, WhoeverReapsTheProcessTakesItsId) {
  auto task = start_task([] { return std::string("said"); });
  ASSERT_TRUE(task);
  const int pid = task->release();
  EXPECT_EQ(::waitpid(pid, nullptr, 0), pid);
  EXPECT_EQ(read_answer(*task, in(0s)), "said");
}

}  // namespace
}  // namespace dkr::test
