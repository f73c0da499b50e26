// A connection in an event loop, to real servers.

#include "dkr/redis/link.hpp"

#include <event2/event.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "wire/server.hpp"

namespace dkr::test {
namespace {

using namespace std::chrono_literals;
using Replies = std::vector<Reply>;
using Commands = std::vector<std::vector<std::string>>;

struct FreeLoop {
  void operator()(event_base* loop) const noexcept { event_base_free(loop); }
};

class LinkTest : public ::testing::Test {
 protected:
  /// Runs the loop until something is so; false when it is not so in 5 s.
  template <class Condition>
  bool until(const Condition& condition) {
    const auto deadline = std::chrono::steady_clock::now() + 5s;
    while (!condition() && std::chrono::steady_clock::now() < deadline) {
      const timeval moment{0, 50'000};
      event_base_loopexit(loop.get(), &moment);
      event_base_dispatch(loop.get());
    }
    return condition();
  }

  /// What a link answers; nothing when it does not.
  std::optional<Replies> ask(Link& link, const Commands& commands) {
    std::optional<Replies> answer;
    link.ask(commands, [&answer](const Replies& replies) { answer = replies; });
    until([&] { return answer.has_value(); });
    return answer;
  }

  std::string ping(const Endpoint& server, const Access& access) {
    Link link(*loop, server, access);
    const auto answer = ask(link, {{"PING"}});
    return !answer ? "silence" : answer->empty() ? link.failure().text : answer->front().text;
  }

  const std::unique_ptr<event_base, FreeLoop> loop{event_base_new()};
};

TEST_F(LinkTest, AnswersInOrder) {
  const RedisServer server;
  Link link(*loop, server.endpoint(), {});
  EXPECT_FALSE(link.up()) << "nobody has asked anything";
  const auto answer = ask(link, {{"ECHO", "a"}, {"NONSENSE"}, {"INCR", "n"}});
  ASSERT_TRUE(answer && answer->size() == 3);
  EXPECT_EQ(answer->at(0).text, "a");
  EXPECT_EQ(answer->at(1).kind, Reply::Kind::error);
  EXPECT_EQ(answer->at(2).integer, 1);
  EXPECT_TRUE(link.up());
  EXPECT_EQ(ask(link, {})->size(), 0U);
}

TEST_F(LinkTest, AuthenticatesWithoutTellingTheSecret) {
  const RedisServer server(
      {"--requirepass", "s3cret", "--user", "ann", "on", ">an0ther", "~*", "+@all"});
  EXPECT_EQ(ping(server.endpoint(), {"", "s3cret", {}}), "PONG");
  EXPECT_EQ(ping(server.endpoint(), {"ann", "an0ther", {}}), "PONG");
  EXPECT_TRUE(ping(server.endpoint(), {}).starts_with("NOAUTH"));
  const std::string refused = ping(server.endpoint(), {"ann", "wr0ng", {}});
  EXPECT_TRUE(refused.starts_with("WRONGPASS")) << refused;
  EXPECT_EQ(refused.find("wr0ng"), std::string::npos) << refused;
  Link link(*loop, server.endpoint(), {"", "wr0ng", {}});
  EXPECT_TRUE(ask(link, {{"PING"}})->empty());
  EXPECT_EQ(link.failure().kind, Failure::Kind::refused_by_server);
}

TEST_F(LinkTest, Tls) {
  const Certificates ours;
  const Certificates others;
  const RedisServer server(ours.server_arguments(), true);
  EXPECT_EQ(ping(server.endpoint(), {"", "", ours.files()}), "PONG");
  EXPECT_NE(ping(server.endpoint(), {"", "", others.files()}), "PONG");
  EXPECT_NE(ping(server.endpoint(), {}), "PONG");
  EXPECT_NE(ping(server.endpoint(), {"", "", TlsFiles{"", "", "/nowhere.crt"}}), "PONG");
}

TEST_F(LinkTest, NobodyThere) {
  EXPECT_EQ(ping({"127.0.0.1", free_port()}, {}), "Connection refused");
  EXPECT_NE(ping({"no address", 1}, {}), "PONG");
}

TEST_F(LinkTest, ConnectsAnewWhenItIsAskedAgain) {
  const RedisServer server;
  Link link(*loop, server.endpoint(), {});
  const auto id = ask(link, {{"CLIENT", "ID"}});
  ASSERT_TRUE(id && id->size() == 1);
  EXPECT_TRUE(ask(link, {{"QUIT"}}));
  EXPECT_TRUE(until([&] { return !link.up(); }));
  const auto other = ask(link, {{"CLIENT", "ID"}});
  ASSERT_TRUE(other && other->size() == 1);
  EXPECT_NE(other->front().integer, id->front().integer);
}

TEST_F(LinkTest, WhatIsDueIsAnsweredWithNothingWhenItIsGivenUp) {
  const Listener silent;
  std::vector<std::size_t> answers;
  const auto note = [&answers](const Replies& replies) { answers.push_back(replies.size()); };
  {
    Link link(*loop, silent.endpoint(), {});
    link.ask({{"PING"}, {"PING"}}, note);
    link.drop();
    EXPECT_EQ(answers.size(), 1U);
    EXPECT_EQ(link.failure().text, "no answer in time");
    link.ask({{"PING"}}, note);
  }
  EXPECT_EQ(answers, (std::vector<std::size_t>{0, 0}));
}

TEST_F(LinkTest, AnEndlessReplyEndsIt) {
  const Listener listener;
  std::optional<Fd> accepted;
  const std::jthread peer([&] {
    accepted = listener.accept();
    EXPECT_EQ(::write(accepted->get(), "*65537\r\n:1\r\n", 13), 13);
  });
  EXPECT_TRUE(ping(listener.endpoint(), {}).find("out of range") != std::string::npos);
}

TEST_F(LinkTest, MayBeGivenUpWhileItAnswers) {
  const RedisServer server;
  std::optional<Link> link(std::in_place, *loop, server.endpoint(), Access{});
  int answers = 0;
  link->ask({{"PING"}}, [&](const Replies&) {
    ++answers;
    link.reset();
  });
  EXPECT_TRUE(until([&] { return answers == 1 && !link; }));
}

TEST_F(LinkTest, Subscribes) {
  const RedisServer server;
  Link speaker(*loop, server.endpoint(), {});
  Link hearer(*loop, server.endpoint(), {});
  std::vector<std::string> heard;
  hearer.subscribe({"one", "other"}, [&heard](const Reply& message) {
    heard.push_back(message.items.at(0).text + ' ' + message.items.at(1).text);
  });
  EXPECT_TRUE(until([&] { return heard.size() == 2; })) << "told of both subscriptions";
  EXPECT_TRUE(ask(speaker, {{"PUBLISH", "other", "news"}}));
  EXPECT_TRUE(until([&] { return heard.size() == 3; }));
  EXPECT_EQ(heard.back(), "message other");
}

}  // namespace
}  // namespace dkr::test
