#pragma once

#include <cstdint>
#include <optional>

#include "dkr/core/base/result.hpp"
#include "dkr/core/init/supervisor.hpp"
#include "dkr/platform/unique_fd.hpp"

namespace dkr {

/// The signal state that we were started with, to be restored for a program that replaces us.
struct InheritedSignals {
  std::uint64_t mask = 0;
  bool child_ignored = false;  ///< SIGCHLD was ignored
};

/// The mask of all 64 signals.
inline constexpr std::uint64_t all_signals = ~std::uint64_t{0};

/// The bit of one signal in a mask.
constexpr std::uint64_t signal_bit(int number) noexcept {
  return std::uint64_t{1} << static_cast<unsigned>(number - 1);
}

/// Blocks all 64 signals (also 32 and 33, which the C library hides), and resets an ignored
/// SIGCHLD, with which no exit status would ever reach us. From here on no signal is lost: a
/// blocked signal stays pending, even for PID 1.
InheritedSignals block_signals() noexcept;

/// Restores what block_signals() changed.
void restore_signals(const InheritedSignals& inherited) noexcept;

/// From here on SIGTERM and SIGINT end this process, a child of ours, as any other program.
void heed_stop() noexcept;

/// Returns a pending signal that is_stop(); it stays pending.
std::optional<int> pending_stop() noexcept;

/// Returns the queue of blocked signals as a file descriptor (above 2).
Result<UniqueFd> open_signal_queue();

/// Takes the next signal from the queue; nullopt if it is empty.
std::optional<SignalReceived> next_signal(const UniqueFd& queue) noexcept;

}  // namespace dkr
