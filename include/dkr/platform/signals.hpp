#pragma once

#include <cstdint>
#include <optional>

#include "dkr/core/base/result.hpp"
#include "dkr/core/init/supervisor.hpp"
#include "dkr/platform/unique_fd.hpp"

namespace dkr {

/// What we were started with, to be given back to a program that replaces us.
struct InheritedSignals {
  std::uint64_t mask = 0;
  bool child_ignored = false;  ///< SIGCHLD was set to be ignored
};

/// Blocks all 64 signals (also 32 and 33, which the C library hides) and takes SIGCHLD back from
/// "ignored", where no exit status would ever reach us. From here no signal is lost: a blocked
/// signal stays pending, even for PID 1.
InheritedSignals block_signals() noexcept;

/// Gives back what block_signals() took.
void restore_signals(const InheritedSignals& inherited) noexcept;

/// SIGTERM or SIGINT, if one is waiting; it goes on waiting.
std::optional<int> pending_stop() noexcept;

/// The queue of blocked signals as a file descriptor (above 2).
Result<UniqueFd> open_signal_queue();

/// The next waiting signal, or nothing.
std::optional<SignalReceived> next_signal(const UniqueFd& queue) noexcept;

}  // namespace dkr
