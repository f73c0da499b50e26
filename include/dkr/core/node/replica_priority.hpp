#pragma once

#include <string_view>

namespace dkr {

/// Redis' default of replica-priority.
inline constexpr int default_priority = 100;

/// Parses a replica-priority; the default if it is none.
int parse_priority(std::string_view text);

/// Returns the replica-priority that keeps a replica from being promoted while another one can be.
/// It is far greater than any of a user's, and has the user's in it, so that anybody can restore
/// that. A replica that is never promoted, or is held back already, keeps its priority. Source:
/// sentinelSelectSlave in sentinel.c: the least is promoted, and never 0.
int held_back(int priority) noexcept;

/// True if a priority is one of held_back().
bool is_held_back(int priority) noexcept;

/// Returns the user's own priority.
int own_priority(int priority) noexcept;

}  // namespace dkr
