#include "dkr/platform/own_way.hpp"

#include <netdb.h>
#include <poll.h>
#include <sys/random.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "dkr/core/base/timing.hpp"
#include "dkr/platform/tcp.hpp"
#include "dkr/platform/unique_fd.hpp"

namespace dkr {
namespace {

using std::chrono::steady_clock;

constexpr std::size_t word_size = 16;

/// A connection that came in, and what it has said so far.
struct Caller {
  UniqueFd connection;
  std::string said;
};

std::string secret_word() {
  std::string word(word_size, '\0');
  return ::getrandom(word.data(), word.size(), 0) == static_cast<ssize_t>(word_size) ? word : "";
}

/// Begins to connect.
UniqueFd call(const Endpoint& at) {
  addrinfo hints{};
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(at.host.c_str(), std::to_string(at.port).c_str(), &hints, &found) != 0) {
    return {};
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> address(found, ::freeaddrinfo);
  UniqueFd connection(::socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const int begun = ::connect(connection.get(), address->ai_addr, address->ai_addrlen);
  return begun == 0 || errno == EINPROGRESS ? std::move(connection) : UniqueFd();
}

/// Takes what has come in. True if a caller has said the word.
bool hears(const UniqueFd& listener, std::vector<Caller>& callers, const std::string& word) {
  if (UniqueFd connection = accept_from(listener.get())) {
    callers.push_back({std::move(connection), ""});
  }
  for (Caller& caller : callers) {
    std::array<char, word_size> block{};
    const ssize_t got = ::recv(caller.connection.get(), block.data(), block.size(), 0);
    caller.said.append(block.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  }
  return std::any_of(callers.begin(), callers.end(),
                     [&](const Caller& caller) { return caller.said == word; });
}

bool leads_here(const UniqueFd& listener, const Endpoint& at, TimePoint deadline) {
  constexpr auto pause = std::chrono::milliseconds(5);
  const std::string word = secret_word();
  const UniqueFd connection = call(at);
  if (word.empty() || !connection || !await(connection, POLLOUT, deadline) ||
      ::send(connection.get(), word.data(), word.size(), MSG_NOSIGNAL) !=
          static_cast<ssize_t>(word.size())) {
    return false;
  }
  std::vector<Caller> callers;
  while (steady_clock::now() < deadline) {
    if (hears(listener, callers, word)) {
      return true;
    }
    await(listener, POLLIN, std::min(deadline, steady_clock::now() + pause));
  }
  return false;
}

}  // namespace

std::vector<Endpoint> leading_here(const std::vector<Endpoint>& addresses, std::uint16_t port,
                                   TimePoint deadline) {
  std::vector<Endpoint> found;
  const auto listener = listen_on(port);
  if (!listener) {
    return found;
  }
  for (const Endpoint& at : addresses) {
    const TimePoint until = std::min(deadline, steady_clock::now() + own_way_limit);
    if (leads_here(*listener, at, until)) {
      found.push_back(at);
    }
  }
  return found;
}

}  // namespace dkr
