#pragma once

#include "dkr/core/base/result.hpp"
#include "dkr/core/conf/container.hpp"
#include "dkr/core/settings/command.hpp"
#include "dkr/core/settings/settings.hpp"

namespace dkr {

/// Returns this container, from its settings and from what its volume says now. Changes nothing.
/// Error: a file that must exist cannot be read.
Result<Container> this_container(Settings settings, ServerCommand command);

}  // namespace dkr
