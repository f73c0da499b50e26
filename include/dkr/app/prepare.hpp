#pragma once

#include <functional>
#include <optional>
#include <string>

#include "dkr/core/command.hpp"
#include "dkr/core/monitor.hpp"
#include "dkr/core/plan.hpp"
#include "dkr/core/result.hpp"
#include "dkr/core/settings.hpp"

namespace dkr {

/// Finds out whom a new sentinel shall monitor. Nothing: nobody yet.
using MasterFinder = std::function<Result<std::optional<MonitorSeed>>()>;

/// Looks at the container, and decides; touches nothing. A sentinel that does not know yet whom to
/// monitor asks for it once all else is seen to be in order.
Result<Plan> observe_and_plan(const Settings& settings, const ServerCommand& command,
                              const MasterFinder& find_master);

/// Does all of the plan up to the start of the server, as far as no SIGTERM or SIGINT waits.
Result<Done> apply(const Plan& plan);

/// The absolute path of the server asked for, or of another kind when the image has only that.
Result<std::string> find_server(const std::string& asked);

}  // namespace dkr
