#pragma once

#include <optional>

#include "dkr/core/init/supervisor.hpp"

namespace dkr {

/// What the watcher writes to PID 1, a byte each time: that it lives and what a crash of the server
/// would cost, or that the server hangs.
char to_byte(const Heartbeat& heartbeat) noexcept;
char to_byte(const ServerHung& hung) noexcept;

/// The event that a byte stands for. Nothing: the watcher writes no such byte.
std::optional<Event> event_of(char byte) noexcept;

}  // namespace dkr
