// The server of the health endpoint, with clients of every kind.

#include "dkr/watch/http_port.hpp"

#include <arpa/inet.h>
#include <event2/event.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "dkr/platform/tcp.hpp"
#include "dkr/watch/loop.hpp"
#include "wire/server.hpp"

namespace dkr::test {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

constexpr std::size_t most_clients = 256;
constexpr std::size_t large = 1U << 20U;

class HttpPortTest : public ::testing::Test {
 protected:
  HttpPortTest() { port_.open(); }

  /// Lets the port work until something is so; false when it is not so in 5 s.
  template <class Condition>
  bool until(const Condition& condition) {
    const auto deadline = steady_clock::now() + 5s;
    while (!condition() && steady_clock::now() < deadline) {
      const timeval moment{0, 2'000};
      event_base_loopexit(loop_.get(), &moment);
      event_base_dispatch(loop_.get());
    }
    return condition();
  }

  [[nodiscard]] Fd connected(int family = AF_INET) const {
    Fd client(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in6 six{};
    six.sin6_family = AF_INET6;
    six.sin6_port = htons(number_);
    six.sin6_addr = in6addr_loopback;
    sockaddr_in four{};
    four.sin_family = AF_INET;
    four.sin_port = htons(number_);
    four.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int refused =
        family == AF_INET
            ? ::connect(client.get(), reinterpret_cast<const sockaddr*>(&four), sizeof four)
            : ::connect(client.get(), reinterpret_cast<const sockaddr*>(&six), sizeof six);
    EXPECT_EQ(refused, 0);
    ::fcntl(client.get(), F_SETFL, O_NONBLOCK);
    return client;
  }

  static void send(const Fd& client, const std::string& text) {
    ASSERT_EQ(::send(client.get(), text.data(), text.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(text.size()));
  }

  /// What comes until so many bytes are there, or the end.
  std::string hear(const Fd& client, std::size_t bytes = large * 1000) {
    std::string heard;
    bool ended = false;
    until([&] {
      std::array<char, 65536> block{};
      const ssize_t got = ::recv(client.get(), block.data(), block.size(), 0);
      heard.append(block.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
      ended = got == 0 || (got < 0 && errno != EAGAIN);
      return ended || heard.size() >= bytes;
    });
    return heard + (ended ? "" : "|");
  }

  std::string ask(const std::string& request) {
    const Fd client = connected();
    send(client, request);
    return hear(client);
  }

  static std::string ok(const std::string& text) { return to_bytes({200, text}, false, false); }

  const std::uint16_t number_ = free_port();
  LoopPtr loop_ = make_loop();
  UniqueFd listener_ = std::move(*listen_on(number_));
  HttpPort port_{*loop_, listener_.get(), [](const HttpRead& read) {
                   const HttpRequest& request = read.request;
                   if (read.status != 0) {
                     return refusal(read.status);
                   }
                   return HttpAnswer{200, request.path == "/large" ? std::string(large, 'x')
                                                                   : std::string(request.path)};
                 }};
};

TEST_F(HttpPortTest, SpeaksBothVersionsOfTheInternetProtocol) {
  for (const int family : {AF_INET, AF_INET6}) {
    const Fd client = connected(family);
    send(client, "GET /a HTTP/1.0\r\n\r\n");
    EXPECT_EQ(hear(client), ok("/a"));
  }
}

TEST_F(HttpPortTest, AnswersOneAfterAnotherOnAConnectionThatStays) {
  const Fd client = connected();
  for (const std::string path : {"/a", "/b"}) {
    const std::string answer = to_bytes({200, path}, false, true);
    send(client, "GET " + path + " HTTP/1.1\r\n\r\n");
    EXPECT_EQ(hear(client, answer.size()), answer + "|");
  }
  send(client, "HEAD /c HTTP/1.1\r\n\r\nGET /d HTTP/1.1\r\nConnection: close\r\n\r\nGET /e");
  EXPECT_EQ(hear(client), to_bytes({200, "/c"}, true, true) + ok("/d"));
}

TEST_F(HttpPortTest, ReadsWhatComesInParts) {
  const Fd client = connected();
  for (const char c : std::string("GET /a HTTP/1.0\r\n\r")) {
    send(client, std::string(1, c));
    EXPECT_EQ(hear(client, 0), "|");
  }
  send(client, "\n");
  EXPECT_EQ(hear(client), ok("/a"));
}

TEST_F(HttpPortTest, RefusesWhatIsNoRequestAndSaysSo) {
  EXPECT_EQ(ask("nonsense\r\n\r\n"), to_bytes({400, "Bad Request\n"}, false, false));
  EXPECT_EQ(ask(std::string(65536, 'x')).substr(0, 12), "HTTP/1.1 431");
  EXPECT_EQ(ask("POST / HTTP/1.1\r\nContent-Length: 60000\r\n\r\n" + std::string(60000, 'x'))
                .substr(0, 12),
            "HTTP/1.1 413");
}

TEST_F(HttpPortTest, ANewClientTakesThePlaceOfTheOneAnsweredLongestAgo) {
  std::vector<Fd> idle;
  for (std::size_t i = 0; i < most_clients; ++i) {
    idle.push_back(connected());
  }
  const auto answers = [&](const Fd& client) {
    const std::string answer = to_bytes({200, "/a"}, false, true);
    send(client, "GET /a HTTP/1.1\r\n\r\n");
    return hear(client, answer.size()) == answer + "|";
  };
  ASSERT_TRUE(answers(idle.back())) << "all have been accepted";
  ASSERT_TRUE(answers(idle.front()));
  EXPECT_EQ(ask("GET /b HTTP/1.0\r\n\r\n"), ok("/b"));
  EXPECT_EQ(hear(idle[1]), "") << "closed";
  EXPECT_TRUE(answers(idle[2]));
  EXPECT_TRUE(answers(idle.front()));
}

TEST_F(HttpPortTest, AnswersBesideThoseThatAskMuchAndReadNothing) {
  constexpr std::size_t requests = 8;
  std::vector<Fd> greedy;
  for (std::size_t i = 0; i < requests; ++i) {
    greedy.push_back(connected());
    for (std::size_t request = 0; request < requests; ++request) {
      send(greedy.back(), "GET /large HTTP/1.1\r\n\r\n");
    }
  }
  EXPECT_EQ(ask("GET /b HTTP/1.0\r\n\r\n"), ok("/b"));
  EXPECT_GE(hear(greedy.back(), requests * large).size(), requests * large)
      << "who begins to read gets all";
}

TEST_F(HttpPortTest, ClosesThoseThatStayIdle) {
  const Fd client = connected();
  ASSERT_EQ(ask("GET /b HTTP/1.0\r\n\r\n"), ok("/b"));
  port_.expire(steady_clock::now() + 59s);
  EXPECT_EQ(hear(client, 0), "|");
  port_.expire(steady_clock::now() + 61s);
  EXPECT_EQ(hear(client), "");
}

TEST_F(HttpPortTest, GivesUpAConnectionWhereNoDescriptorIsLeft) {
  const Fd first = connected();
  ASSERT_EQ(ask("GET /b HTTP/1.0\r\n\r\n"), ok("/b"));
  const Fd second = connected();
  send(second, "GET /c HTTP/1.0\r\n\r\n");
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const Fd next(::dup(0));
  const rlimit none{static_cast<rlim_t>(next.get()), before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  EXPECT_EQ(hear(second), ok("/c"));
  ::setrlimit(RLIMIT_NOFILE, &before);
  EXPECT_EQ(hear(first), "") << "closed";
}

}  // namespace
}  // namespace dkr::test
