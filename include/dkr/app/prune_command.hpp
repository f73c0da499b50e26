#pragma once

#include <optional>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/settings/settings.hpp"

namespace dkr {

/// `dkr-redis sentinel prune`: makes all sentinels that can be found forget the servers that are
/// gone, in all their groups, one sentinel after another, and prints what it does. `own`: the
/// sentinel here. Returns the exit status.
int prune(const Settings& settings, const std::optional<Endpoint>& own);

}  // namespace dkr
