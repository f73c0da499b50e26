#include "dkr/redis/connection.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <optional>
#include <string>
#include <thread>

#include "wire/server.hpp"

namespace dkr::test {
namespace {

using namespace std::chrono_literals;

TimePoint soon() {
  return std::chrono::steady_clock::now() + 5s;
}

std::string ping(const Endpoint& server, const Access& access, TimePoint deadline = soon()) {
  auto connection = Connection::open(server, access, deadline);
  if (!connection) {
    return connection.error().text;
  }
  const auto reply = connection->ask({"PING"}, deadline);
  return reply ? reply->text : reply.error().text;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(Connection, EveryKindOfReply) {
  const RedisServer server;
  auto connection = Connection::open(server.endpoint(), {}, soon());
  ASSERT_TRUE(connection) << connection.error().text;
  EXPECT_EQ(connection->ask({"PING"}, soon())->text, "PONG");
  EXPECT_EQ(connection->ask({"GET", "none"}, soon())->kind, Reply::Kind::nil);
  const std::string binary("a\0b\r\n", 5);
  EXPECT_EQ(connection->ask({"ECHO", binary}, soon())->text, binary);
  EXPECT_EQ(connection->ask({"INCR", "n"}, soon())->integer, 1);
  const auto error = connection->ask({"NONSENSE"}, soon());
  EXPECT_EQ(error->kind, Reply::Kind::error);
  EXPECT_TRUE(error->text.starts_with("ERR unknown command"));
  const auto role = connection->ask({"ROLE"}, soon());
  ASSERT_EQ(role->kind, Reply::Kind::list);
  EXPECT_EQ(role->items.at(0).text, "master");
  EXPECT_EQ(role->items.at(2).kind, Reply::Kind::list);
  const std::string big(3'000'000, 'x');
  EXPECT_EQ(connection->ask({"ECHO", big}, soon())->text, big);
}

TEST(Connection, AuthenticatesWithoutTellingTheSecret) {
  const RedisServer server(
      {"--requirepass", "s3cret", "--user", "ann", "on", ">an0ther", "~*", "+@all"});
  EXPECT_EQ(ping(server.endpoint(), {"", "s3cret", {}}), "PONG");
  EXPECT_EQ(ping(server.endpoint(), {"ann", "an0ther", {}}), "PONG");
  EXPECT_TRUE(contains(ping(server.endpoint(), {}), "NOAUTH"));
  const std::string refused = ping(server.endpoint(), {"ann", "wr0ng", {}});
  EXPECT_TRUE(contains(refused, "WRONGPASS")) << refused;
  EXPECT_FALSE(contains(refused, "wr0ng")) << refused;
  EXPECT_EQ(Connection::open(server.endpoint(), {"", "wr0ng", {}}, soon()).error().kind,
            Failure::Kind::refused_by_server);
}

TEST(Connection, Tls) {
  const Certificates ours;
  const Certificates others;
  const RedisServer server(ours.server_arguments(), true);
  EXPECT_EQ(ping(server.endpoint(), {"", "", ours.files()}), "PONG");
  EXPECT_TRUE(contains(ping(server.endpoint(), {"", "", others.files()}), "TLS"));
  TlsFiles no_certificate{"", "", ours.files().authority};
  EXPECT_NE(ping(server.endpoint(), {"", "", no_certificate}), "PONG");
  EXPECT_NE(ping(server.endpoint(), {}), "PONG");
  EXPECT_NE(ping(server.endpoint(), {"", "", TlsFiles{"", "", "/nowhere.crt"}}), "PONG");
}

TEST(Connection, NobodyThere) {
  for (const char* host : {"127.0.0.1", "localhost"}) {
    const auto refused = Connection::open({host, free_port()}, {}, soon());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().text, "Connection refused");
    EXPECT_EQ(refused.error().kind, Failure::Kind::refused_connection) << host;
  }
  const auto unknown = Connection::open({"no-such-name.invalid", 1}, {}, soon());
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().kind, Failure::Kind::silent);
}

/// Milliseconds until the connection gives up on a server that behaves badly.
long long patience(const Endpoint& server, const Access& access) {
  const auto start = std::chrono::steady_clock::now();
  const std::string answer = ping(server, access, start + 300ms);
  EXPECT_TRUE(contains(answer, "no answer in time")) << answer;
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                               start)
      .count();
}

TEST(Connection, ASilentServerIsNotWaitedForBeyondTheDeadline) {
  const Listener silent;
  const Certificates certificates;
  EXPECT_LT(patience(silent.endpoint(), {}), 2000);
  EXPECT_LT(patience(silent.endpoint(), {"", "s3cret", {}}), 2000);
  EXPECT_LT(patience(silent.endpoint(), {"", "", certificates.files()}), 2000);
}

TEST(Connection, ATrickleDoesNotStretchTheDeadline) {
  const Listener listener;
  std::jthread trickle([&](const std::stop_token& stop) {
    const Fd peer = listener.accept();
    while (!stop.stop_requested() && ::write(peer.get(), "$", 1) == 1) {
      pass(20ms);
    }
  });
  EXPECT_LT(patience(listener.endpoint(), {}), 2000);
}

TEST(Connection, GarbageIsAnError) {
  const Listener listener;
  std::jthread peer([&] {
    const Fd accepted = listener.accept();
    EXPECT_EQ(::write(accepted.get(), "HTTP/1.1 400\r\n", 14), 14);
    readable(accepted.get());
  });
  EXPECT_TRUE(contains(ping(listener.endpoint(), {}), "Protocol error"));
}

TEST(Connection, AnEndlessReplyIsAnError) {
  const Listener listener;
  std::optional<Fd> accepted;
  const std::jthread peer([&] {
    accepted = listener.accept();
    EXPECT_EQ(::write(accepted->get(), "*65537\r\n:1\r\n", 13), 13);
  });
  EXPECT_TRUE(contains(ping(listener.endpoint(), {}), "out of range"));
}

}  // namespace
}  // namespace dkr::test
