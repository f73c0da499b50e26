#pragma once

#include <optional>

#include "dkr/core/init/supervisor.hpp"

namespace dkr {

/// Returns the byte that the watcher writes to PID 1: that it is alive and what a crash of the
/// server would cost, that the server hangs, or that another sentinel has its identity.
char to_byte(const Heartbeat& heartbeat) noexcept;
char to_byte(const ServerHung& hung) noexcept;
char to_byte(const IdentityTaken& taken) noexcept;

/// Returns the event that a byte stands for; nullopt if the watcher writes no such byte.
std::optional<Event> event_of(char byte) noexcept;

}  // namespace dkr
