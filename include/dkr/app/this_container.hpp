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

/// The command line that PID 1 was started with, if it is dkr-redis; `flags` win over those of
/// there.
ContainerLine line_of_container(const RawSettings& flags);

/// A path given by the user counts from where we were started; the server starts elsewhere.
ServerCommand anchored(ServerCommand command);

/// This container, by what it was told and by what its volume says now. Touches nothing. Error: a
/// file that there has to be cannot be read.
Result<Container> this_container(Settings settings, ServerCommand command);

}  // namespace dkr
