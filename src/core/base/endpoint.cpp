#include "dkr/core/base/endpoint.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <utility>

#include "dkr/core/base/text.hpp"

namespace dkr {
namespace {

constexpr long long last_port = 65535;
constexpr std::size_t longest_name = 253;  // RFC 1035, 2.3.4, as text

bool consists_of(std::string_view text, std::string_view more) {
  return std::all_of(text.begin(), text.end(), [more](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           more.find(c) != std::string_view::npos;
  });
}

bool is_ipv4(std::string_view host) {
  for (int part = 0; part < 4; ++part) {
    const auto dot = host.find('.');
    if ((dot == std::string_view::npos) != (part == 3) ||
        !parse_number(host.substr(0, dot), 0, 255)) {
      return false;
    }
    host.remove_prefix(dot == std::string_view::npos ? host.size() : dot + 1);
  }
  return true;
}

bool is_ipv6(std::string_view host) {
  const auto zone = host.find('%');
  return std::count(host.begin(), host.end(), ':') >= 2 &&
         host.substr(0, zone).find_first_not_of("0123456789abcdefABCDEF:.") ==
             std::string_view::npos &&
         (zone == std::string_view::npos || consists_of(host.substr(zone + 1), "-_."));
}

}  // namespace

bool is_socket(const Endpoint& endpoint) {
  return endpoint.host.starts_with('/');
}

std::string to_string(const Endpoint& endpoint) {
  if (is_socket(endpoint)) {
    return endpoint.host;
  }
  const bool brackets = endpoint.host.find(':') != std::string::npos;
  return (brackets ? "[" + endpoint.host + "]" : endpoint.host) + ":" +
         std::to_string(endpoint.port);
}

std::string about(std::string_view text, const Endpoint& server) {
  std::string line(text);
  if (const auto at = line.find('%'); at != std::string::npos) {
    line.replace(at, 1, to_string(server));
  }
  return line;
}

bool is_address(std::string_view host) {
  return is_ipv4(host) || is_ipv6(host);
}

std::string canonical_host(std::string_view host) {
  constexpr std::string_view mapped = "::ffff:";
  const auto zone = std::min(host.find('%'), host.size());
  in6_addr address{};
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (::inet_pton(AF_INET6, std::string(host.substr(0, zone)).c_str(), &address) != 1 ||
      ::inet_ntop(AF_INET6, &address, text.data(), text.size()) == nullptr) {
    return std::string(host);
  }
  const std::string_view usual(text.data());
  const bool is_mapped = IN6_IS_ADDR_V4MAPPED(&address) != 0;
  return std::string(is_mapped ? usual.substr(mapped.size()) : usual) +
         std::string(host.substr(zone));
}

bool is_host(std::string_view host) {
  return is_address(host) || (!host.empty() && host.size() <= longest_name && host.front() != '-' &&
                              consists_of(host, "-_."));
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  const auto number = parse_number(text, 1, last_port);
  return number ? std::optional(static_cast<std::uint16_t>(*number)) : std::nullopt;
}

bool is_valid(const Endpoint& at) {
  return at.host.empty() || is_host(at.host);
}

bool contains(const std::vector<Endpoint>& all, const Endpoint& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

std::optional<Endpoint> parse_endpoint(std::string_view text) {
  std::string_view host = text;
  std::string_view port;
  if (text.starts_with('[')) {
    const auto close = text.find(']');
    const std::string_view rest = close == std::string_view::npos ? "?" : text.substr(close + 1);
    if (!rest.empty() && rest.front() != ':') {
      return std::nullopt;
    }
    host = text.substr(1, close - 1);
    port = rest;
  } else if (!is_ipv6(text) && text.find(':') != std::string_view::npos) {
    host = text.substr(0, text.find(':'));
    port = text.substr(text.find(':'));
  }
  const auto number = port.empty() ? std::optional<std::uint16_t>(0) : parse_port(port.substr(1));
  if (!number || !is_host(host)) {
    return std::nullopt;
  }
  return Endpoint{canonical_host(host), *number};
}

std::optional<std::vector<Endpoint>> parse_endpoints(std::string_view text) {
  std::vector<Endpoint> all;
  while (true) {
    const auto comma = text.find(',');
    auto one = parse_endpoint(trim(text.substr(0, comma)));
    if (!one) {
      return std::nullopt;
    }
    all.push_back(std::move(*one));
    if (comma == std::string_view::npos) {
      return all;
    }
    text.remove_prefix(comma + 1);
  }
}

}  // namespace dkr
