#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "dkr/core/base/result.hpp"
#include "dkr/core/base/time.hpp"
#include "dkr/platform/unique_fd.hpp"

namespace dkr {

/// Returns a non-blocking socket that listens on a port on all addresses, IPv6 and IPv4, or only
/// IPv4 if the host has no IPv6. The error says why not, but does not name the port.
Result<UniqueFd> listen_on(std::uint16_t port);

/// Accepts the first waiting connection as a non-blocking socket. Owns nothing if none waits or no
/// descriptor is left; errno says which.
UniqueFd accept_from(int listener) noexcept;

/// Sends no more and tells the other end so, even if other processes share the connection.
void end_sending(const UniqueFd& connection) noexcept;

/// Sends a text to a port of this host, and returns everything that comes back until the other end
/// closes. Error: it has not closed by the deadline, or nobody listens.
Result<std::string> ask_local_port(std::uint16_t port, std::string_view text, TimePoint deadline);

}  // namespace dkr
