#pragma once

#include "dkr/core/base/result.hpp"
#include "dkr/core/node/state_note.hpp"
#include "dkr/core/settings/settings.hpp"

namespace dkr {

/// Reads our own note in the volume; an empty one when there is none. Error: it cannot be read,
/// told as a fault of REDIS_DATA_DIR.
Result<StateNote> read_note(const Settings& settings);

/// Writes it, whole or not at all.
Result<Done> write_note(const Settings& settings, const StateNote& note);

}  // namespace dkr
