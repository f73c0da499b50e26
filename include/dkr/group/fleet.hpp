#pragma once

#include <optional>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/settings/settings.hpp"
#include "dkr/core/view/fleet_view.hpp"

namespace dkr {

/// Asks all sentinels: those that are set, `own`, and those that these know in whatever group. Each
/// is there once, in the order of their addresses. Takes at most about six times
/// longest_look_timeout.
FleetView look_at_fleet(const Settings& settings, const std::optional<Endpoint>& own);

}  // namespace dkr
