#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace dkr {

/// Where a server can be reached: a host name or an address, and a port; or, from beside it, the
/// path of its socket as the host.
struct Endpoint {
  std::string host;
  std::uint16_t port = 0;

  friend bool operator==(const Endpoint&, const Endpoint&) = default;
  friend bool operator<(const Endpoint& a, const Endpoint& b) {
    return std::tie(a.host, a.port) < std::tie(b.host, b.port);
  }
};

/// True if it is a socket, and not on a network.
bool is_socket(const Endpoint& endpoint);

/// Returns host:port, with an IPv6 address in brackets; of a socket, its path.
std::string to_string(const Endpoint& endpoint);

/// Returns `text` with its first % replaced by `server`.
std::string about(std::string_view text, const Endpoint& server);

/// True if `host` is an IPv4 or IPv6 address rather than a name to look up.
bool is_address(std::string_view host);

/// Returns a host in the one spelling that endpoints are compared by: an IPv6 address as
/// inet_ntop(3) writes it, an IPv4 address that IPv6 maps as itself, anything else unchanged.
std::string canonical_host(std::string_view host);

/// True if `host` is an address, or a name of letters, digits, '-', '_' and '.'.
bool is_host(std::string_view host);

/// Parses a decimal port from 1 to 65535.
std::optional<std::uint16_t> parse_port(std::string_view text);

inline auto fields_of(const Endpoint& at) {
  const auto& [host, port] = at;
  return std::tie(host, port);
}
/// True if the host is empty or is_host(). Checks an endpoint that another process sent.
bool is_valid(const Endpoint& at);

/// True if `all` contains `one`.
bool contains(const std::vector<Endpoint>& all, const Endpoint& one);

/// Parses a host with an optional :port; an IPv6 address with a port is in brackets. The port is 0
/// if not given.
std::optional<Endpoint> parse_endpoint(std::string_view text);

/// Parses a comma-separated list of at least one endpoint.
std::optional<std::vector<Endpoint>> parse_endpoints(std::string_view text);

}  // namespace dkr
