#pragma once

#include "dkr/core/base/result.hpp"
#include "dkr/core/node/state_note.hpp"
#include "dkr/core/settings/settings.hpp"

namespace dkr {

/// Reads our note in the volume; returns an empty one if there is none. Error: it cannot be read;
/// the text blames REDIS_DATA_DIR.
Result<StateNote> read_note(const Settings& settings);

/// Writes the note, whole or not at all.
Result<Done> write_note(const Settings& settings, const StateNote& note);

}  // namespace dkr
