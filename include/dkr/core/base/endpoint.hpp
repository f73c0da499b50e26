#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace dkr {

/// Where a server answers: a name or an address, and a port.
struct Endpoint {
  std::string host;
  std::uint16_t port = 0;

  friend bool operator==(const Endpoint&, const Endpoint&) = default;
  friend bool operator<(const Endpoint& a, const Endpoint& b) {
    return std::tie(a.host, a.port) < std::tie(b.host, b.port);
  }
};

/// host:port, an IPv6 address in brackets.
std::string to_string(const Endpoint& endpoint);

/// A text in which the first % stands for a server.
std::string about(std::string_view text, const Endpoint& server);

/// Whether a host is an IPv4 or IPv6 address, and not a name to look up.
bool is_address(std::string_view host);

/// Whether a text can be a host: an address, or a name of letters, digits, '-', '_' and '.'.
bool is_host(std::string_view host);

/// A port from 1 to 65535, in decimal.
std::optional<std::uint16_t> parse_port(std::string_view text);

inline auto fields_of(const Endpoint& at) {
  const auto& [host, port] = at;
  return std::tie(host, port);
}
/// Of what comes from another process: its host is one, or there is none.
bool is_valid(const Endpoint& at);

/// Whether one is among them.
bool contains(const std::vector<Endpoint>& all, const Endpoint& one);

/// A host with an optional :port (an IPv6 address with a port stands in brackets); without one the
/// port is 0.
std::optional<Endpoint> parse_endpoint(std::string_view text);

/// A comma list of them, at least one.
std::optional<std::vector<Endpoint>> parse_endpoints(std::string_view text);

}  // namespace dkr
