#include "dkr/platform/tcp.hpp"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <string>

namespace dkr {
namespace {

constexpr int most_waiting = 4096;

/// Returns 0 or an errno.
int bind_and_listen(const UniqueFd& socket, const sockaddr* address, socklen_t size) {
  constexpr int on = 1;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const bool listens =
      ::bind(socket.get(), address, size) == 0 && ::listen(socket.get(), most_waiting) == 0;
  return listens ? 0 : errno;
}

UniqueFd stream_socket(int family) {
  return UniqueFd(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

Error failure(int reason) {
  return {ExitStatus::config, std::string("cannot listen: ") + std::strerror(reason)};
}

/// Returns 0 or an errno.
int connect_to(const UniqueFd& socket, std::uint16_t port, TimePoint deadline) {
  sockaddr_in here{};
  here.sin_family = AF_INET;
  here.sin_port = htons(port);
  here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const auto* address = reinterpret_cast<const sockaddr*>(&here);  // NOLINT
  if (::connect(socket.get(), address, sizeof here) == 0) {
    return 0;
  }
  if (errno != EINPROGRESS) {
    return errno;
  }
  int error = ETIMEDOUT;
  if (await(socket, POLLOUT, deadline)) {
    socklen_t size = sizeof error;
    ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  }
  return error;
}

/// Listens on IPv6 and IPv4. nullopt if this host has no IPv6.
std::optional<Result<UniqueFd>> listen_on_both(std::uint16_t port) {
  UniqueFd socket = stream_socket(AF_INET6);
  if (!socket) {
    return std::nullopt;
  }
  constexpr int off = 0;
  ::setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
  sockaddr_in6 any{};
  any.sin6_family = AF_INET6;
  any.sin6_port = htons(port);
  const int reason =
      bind_and_listen(socket, reinterpret_cast<const sockaddr*>(&any), sizeof any);  // NOLINT
  if (reason == EADDRNOTAVAIL) {
    return std::nullopt;
  }
  return reason == 0 ? Result<UniqueFd>(std::move(socket)) : failure(reason);
}

}  // namespace

Result<UniqueFd> listen_on(std::uint16_t port) {
  if (auto both = listen_on_both(port)) {
    return std::move(*both);
  }
  UniqueFd socket = stream_socket(AF_INET);
  if (!socket) {
    return failure(errno);
  }
  sockaddr_in any{};
  any.sin_family = AF_INET;
  any.sin_port = htons(port);
  const int reason =
      bind_and_listen(socket, reinterpret_cast<const sockaddr*>(&any), sizeof any);  // NOLINT
  return reason == 0 ? Result<UniqueFd>(std::move(socket)) : failure(reason);
}

UniqueFd accept_from(int listener) noexcept {
  return UniqueFd(::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
}

void end_sending(const UniqueFd& connection) noexcept {
  ::shutdown(connection.get(), SHUT_WR);
}

Result<std::string> ask_local_port(std::uint16_t port, std::string_view text, TimePoint deadline) {
  const UniqueFd socket = stream_socket(AF_INET);
  const auto error = [port](int reason) {
    return Error{ExitStatus::unavailable,
                 "127.0.0.1:" + std::to_string(port) + ": " + std::strerror(reason)};
  };
  if (const int reason = connect_to(socket, port, deadline); reason != 0) {
    return error(reason);
  }
  if (::send(socket.get(), text.data(), text.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(text.size())) {
    return error(errno);
  }
  std::string answer;
  std::array<char, 4096> block{};
  while (await(socket, POLLIN, deadline)) {
    const ssize_t got = ::recv(socket.get(), block.data(), block.size(), 0);
    if (got < 0) {
      return error(errno);
    }
    if (got == 0) {
      return answer;
    }
    answer.append(block.data(), static_cast<std::size_t>(got));
  }
  return error(ETIMEDOUT);
}

}  // namespace dkr
