#pragma once

#include <string>

#include "dkr/app/environment.hpp"
#include "dkr/core/settings/command.hpp"
#include "dkr/platform/unique_fd.hpp"

namespace dkr {

/// Reads the configuration on standard input, if the server is to read one there, into the command,
/// and keeps it there for each start of the server and for the commands beside it. False if the
/// command reads none.
OrStopped<bool> take_typed_conf(ServerCommand& command, const UniqueFd& signals);

/// Returns the configuration that a server beside this process was given on standard input. Its
/// supervisor, which may be another user's, or the server, still has it.
std::string typed_conf_of(int supervisor);

}  // namespace dkr
