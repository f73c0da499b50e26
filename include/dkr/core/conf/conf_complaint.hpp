#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace dkr {

/// A directive that no server knows. It stands behind all others, so a server that complains about
/// it has accepted them.
inline constexpr const char* unknown_directive = "dkr-redis-asks";

/// Returns what a server says of its configuration, in one line and without a value that may be
/// secret; nullopt if it complains of nothing, or only of the unknown directive.
std::optional<std::string> complaint_in(std::string_view output);

}  // namespace dkr
