#include "dkr/redis/resolver.hpp"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netdb.h>
#include <resolv.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>
#include <utility>

#ifdef __GLIBC__
#include <nss.h>
#endif

namespace dkr {
namespace {

std::string host_name() {
  std::array<char, 256> name{};
  ::gethostname(name.data(), name.size() - 1);
  return name.data();
}

/// Returns an IPv4 or IPv6 address as text; empty for any other.
std::string text_of(const sockaddr* address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const int family = address == nullptr ? AF_UNSPEC : address->sa_family;
  if (family == AF_INET) {
    ::inet_ntop(family, &reinterpret_cast<const sockaddr_in*>(address)->sin_addr, text.data(),
                text.size());
  } else if (family == AF_INET6) {
    ::inet_ntop(family, &reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr, text.data(),
                text.size());
  }
  return text.data();
}

/// Sorts addresses, and removes duplicates and empty ones.
std::vector<std::string> tidied(std::vector<std::string> addresses) {
  std::sort(addresses.begin(), addresses.end());
  addresses.erase(std::unique(addresses.begin(), addresses.end()), addresses.end());
  std::erase(addresses, "");
  return addresses;
}

/// Looks a host up, and returns the error of getaddrinfo(); 0: `addresses` are all it has.
int look_up(const std::string& host, std::vector<std::string>& addresses) {
  pin_name_service();
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(host.c_str(), nullptr, &hints, &found);
  if (error == 0) {
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> all(found, ::freeaddrinfo);
    for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
      addresses.push_back(text_of(one->ai_addr));
    }
    addresses = tidied(std::move(addresses));
  }
  return error;
}

/// True if an address is only valid on this host or this link.
bool is_local(const std::string& address) {
  return address.starts_with("127.") || address == "::1" || address.starts_with("fe80:");
}

std::optional<std::string> first_reachable(const std::vector<std::string>& addresses) {
  const auto found = std::find_if_not(addresses.begin(), addresses.end(), is_local);
  return found == addresses.end() ? std::nullopt : std::optional(*found);
}

}  // namespace

void pin_name_service() noexcept {
#ifdef __GLIBC__
  __nss_configure_lookup("hosts", "files dns");
  __nss_configure_lookup("services", "files");
#endif
}

Result<std::vector<std::string>> addresses_of(const std::string& host) {
  std::vector<std::string> addresses;
  const int error = look_up(host, addresses);
  if (error != 0) {
    return Error{
        ExitStatus::os,
        host + ": " + (error == EAI_SYSTEM ? std::strerror(errno) : ::gai_strerror(error))};
  }
  return addresses;
}

std::optional<std::vector<std::string>> told_addresses_of(const std::string& host) {
  std::vector<std::string> addresses;
  const int error = look_up(host, addresses);
  bool told = error == 0 || error == EAI_NONAME;
#ifdef EAI_NODATA
  told = told || error == EAI_NODATA;
#endif
  return told ? std::optional(std::move(addresses)) : std::nullopt;
}

std::vector<std::string> interface_addresses() {
  ifaddrs* found = nullptr;
  if (::getifaddrs(&found) != 0) {
    return {};
  }
  const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> all(found, ::freeifaddrs);
  std::vector<std::string> addresses;
  for (const ifaddrs* one = found; one != nullptr; one = one->ifa_next) {
    addresses.push_back(text_of(one->ifa_addr));
  }
  return tidied(std::move(addresses));
}

std::string interface_address() {
  return first_reachable(interface_addresses()).value_or("127.0.0.1");
}

std::string own_address() {
  const auto named = addresses_of(host_name());
  const auto address = named ? first_reachable(*named) : std::nullopt;
  return address ? *address : interface_address();
}

Result<std::string> own_service_address() {
  res_state state = &_res;
  if (::res_ninit(state) != 0 || state->dnsrch[0] == nullptr) {
    return Error{ExitStatus::config, "/etc/resolv.conf has no search domain"};
  }
  auto addresses = addresses_of(host_name() + "." + state->dnsrch[0]);
  if (!addresses) {
    return addresses.error();
  }
  return addresses->front();
}

}  // namespace dkr
