#pragma once

#include "dkr/core/settings/command.hpp"
#include "dkr/core/settings/raw_settings.hpp"

namespace dkr {

/// Starts a server, stays beside it, and restarts it if that is what follows its end; returns the
/// exit status.
int run_server(ServerCommand command, const RawSettings& flags);

/// Prints what run_server() would do up to the start of the server; returns the exit status.
int plan_server(ServerCommand command, const RawSettings& flags);

}  // namespace dkr
