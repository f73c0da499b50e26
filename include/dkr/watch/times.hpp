#pragma once

#include <chrono>

#include "dkr/core/handover.hpp"

namespace dkr {

/// The watcher's time-outs that nobody has a reason to change.

/// Between two polls: a quarter of the time after which a fence closes, within these.
inline constexpr std::chrono::milliseconds shortest_tick{100};
inline constexpr std::chrono::milliseconds longest_tick{1000};
/// How long an answer may take before the connection is made anew.
inline constexpr std::chrono::milliseconds server_patience{2000};
/// For how long the server may not answer, or refuse, before that is told.
inline constexpr std::chrono::milliseconds failure_patience{3000};
/// After this silence a master hangs.
inline constexpr std::chrono::milliseconds hang_patience{3000};
/// How old the word of a sentinel may be.
inline constexpr std::chrono::milliseconds steady_within{5000};
/// Between two looks at the group while all is well, and when not at first and, doubled each time,
/// at last.
inline constexpr std::chrono::milliseconds calm_look_pause{10000};
inline constexpr std::chrono::milliseconds first_look_pause{250};
inline constexpr std::chrono::milliseconds longest_look_pause{1000};
/// A look, or the writing of the note, that takes longer is ended.
inline constexpr std::chrono::milliseconds longest_look{20000};
/// After this silence a sentinel that nobody speaks of is forgotten.
inline constexpr std::chrono::milliseconds forget_after{30000};
/// For how long writes that a handover refuses are left to it: it ends sooner, unless it is killed.
inline constexpr std::chrono::milliseconds handover_patience =
    longest_write_pause + std::chrono::milliseconds{1000};
/// How long a client of the health endpoint may be silent.
inline constexpr std::chrono::milliseconds idle_connection{60000};
/// How long a probe may wait, after the start of the watcher, for it to know something.
inline constexpr std::chrono::milliseconds first_answer{1000};
/// Between two look-ups of the master that a replica follows by name.
inline constexpr std::chrono::milliseconds look_up_pause{5000};
/// Between two notes in the volume.
inline constexpr std::chrono::milliseconds note_pause{5000};

}  // namespace dkr
