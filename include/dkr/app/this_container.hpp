#pragma once

#include "dkr/core/base/result.hpp"
#include "dkr/core/conf/container.hpp"
#include "dkr/core/settings/command.hpp"
#include "dkr/core/settings/raw_settings.hpp"
#include "dkr/core/settings/settings.hpp"

namespace dkr {

/// What a command beside the server works with.
struct ContainerLine {
  RawSettings flags;
  ServerCommand command;  ///< of the server
};

/// Returns the command line that PID 1 was started with, if it is dkr-redis; `flags` win over its
/// flags.
ContainerLine line_of_container(const RawSettings& flags);

/// Makes a path given by the user absolute: the server starts in another directory.
ServerCommand anchored(ServerCommand command);

/// Returns this container, from its settings and from what its volume says now. Changes nothing.
/// Error: a file that must exist cannot be read.
Result<Container> this_container(Settings settings, ServerCommand command);

}  // namespace dkr
