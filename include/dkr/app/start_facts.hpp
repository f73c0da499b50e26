#pragma once

#include <string>

#include "dkr/core/base/result.hpp"
#include "dkr/core/conf/container.hpp"
#include "dkr/core/decide/start_check.hpp"

namespace dkr {

/// Gathers everything that a start depends on, once; changes nothing. `unreadable`: a server has
/// just ended because of its data. Error: something cannot be inspected, or there is no server.
Result<StartFacts> gather(Container container, bool unreadable);

/// Returns the absolute path of the server asked for; of another kind if the image has only that.
Result<std::string> find_server(const std::string& asked);

}  // namespace dkr
