#pragma once

#include <cstddef>
#include <string_view>

#include "dkr/platform/unique_fd.hpp"

namespace dkr {

/// The terminal that standard output is, if it is one.
struct Terminal {
  bool there = false;
  std::size_t columns = 0;  ///< 0: unknown
  std::size_t rows = 0;
};
Terminal terminal_of_output() noexcept;

/// True if colours are wanted: standard output is a terminal, and NO_COLOR is unset or empty.
bool wants_colour() noexcept;

/// What ends a wait.
enum class Woken {
  in_time,  ///< the time is up, or something can be read
  resized,  ///< the terminal has another size
  stopped,  ///< a signal that ends programs, or nobody reads standard output any more
};

/// Waits until the deadline or, with a descriptor, until something can be read there. `signals` is
/// an open_signal_queue().
Woken wait_as_screen(const UniqueFd& signals, const UniqueFd* from, TimePoint deadline) noexcept;

/// Writes text to standard output, which may be slow; false once it or `signals` says to stop.
bool write_to_screen(const UniqueFd& signals, std::string_view text) noexcept;

}  // namespace dkr
