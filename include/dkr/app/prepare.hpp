#pragma once

#include "dkr/core/command.hpp"
#include "dkr/core/plan.hpp"
#include "dkr/core/result.hpp"
#include "dkr/core/settings.hpp"

namespace dkr {

/// Looks at the container, and decides; touches nothing.
Result<Plan> observe_and_plan(const Settings& settings, const ServerCommand& command);

/// Does all of the plan up to the start of the server, as far as no SIGTERM or SIGINT waits.
Result<Done> apply(const Plan& plan);

/// The absolute path of the server asked for, or of the other kind when the image has only that.
Result<std::string> find_server(const std::string& asked);

}  // namespace dkr
