#pragma once

#include "dkr/platform/process.hpp"

namespace dkr {

/// Logs why a server ended with status 1, if that was not its data: it does not take its
/// configuration, or may not start threads. Starts it once more for that, with a directive at the
/// end that no server knows. False if nothing was found.
bool tell_cause(const Program& server);

}  // namespace dkr
