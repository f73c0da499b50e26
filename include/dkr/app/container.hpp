#pragma once

#include "dkr/core/settings/command.hpp"
#include "dkr/core/settings/raw_settings.hpp"

namespace dkr {

/// Starts a server and stays beside it, and starts it again where that is what follows its end;
/// answers the exit status.
int run_server(const ServerCommand& command, const RawSettings& flags);

/// Prints what run_server() would do up to the start of the server.
int plan_server(const ServerCommand& command, const RawSettings& flags);

}  // namespace dkr
