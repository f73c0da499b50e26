#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "dkr/core/base/result.hpp"
#include "dkr/core/base/time.hpp"
#include "dkr/platform/unique_fd.hpp"

namespace dkr {

/// Listens on a port of every address, of IPv6 and IPv4, or of IPv4 where the host has no IPv6. It
/// does not block. Error: why not, the port is not named.
Result<UniqueFd> listen_on(std::uint16_t port);

/// The next connection, which does not block either; of those that wait, the first. Nothing: there
/// is none, or no descriptor left for it, which errno tells.
UniqueFd accept_from(int listener) noexcept;

/// Nothing more is sent, and the other end is told so, though other processes may share the
/// connection.
void end_sending(const UniqueFd& connection) noexcept;

/// Sends a text to a port of this host, and answers what came back, up to the end of it. Error: it
/// was not at its end by the deadline, or nobody is there.
Result<std::string> ask_local_port(std::uint16_t port, std::string_view text, TimePoint deadline);

}  // namespace dkr
