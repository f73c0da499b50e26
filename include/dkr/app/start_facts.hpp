#pragma once

#include <string>

#include "dkr/core/base/result.hpp"
#include "dkr/core/conf/container.hpp"
#include "dkr/core/decide/start_check.hpp"

namespace dkr {

/// Looks at everything that a start depends on, once; touches nothing. `unreadable`: a server has
/// just ended because of its data. Error: something cannot be looked at, or there is no server.
Result<StartFacts> gather(Container container, bool unreadable);

/// The absolute path of the server asked for, or of another kind when the image has only that.
Result<std::string> find_server(const std::string& asked);

}  // namespace dkr
