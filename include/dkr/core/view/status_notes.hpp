#pragma once

#include <vector>

#include "dkr/core/view/status_view.hpp"

namespace dkr {

/// Returns what does not fit together in a status that is complete but for its notes and events.
std::vector<StatusNote> notes_of(const StatusView& view);

/// Returns what has happened, the newest first.
std::vector<StatusEvent> events_of(const StatusView& view, const ServerNames& names);

}  // namespace dkr
