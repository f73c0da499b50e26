#pragma once

#include <string>
#include <vector>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/base/time.hpp"
#include "dkr/core/settings/settings.hpp"

namespace dkr {

/// Tells one sentinel to fail over, and answers what it said: OK, or why not.
std::string ask_failover(const Endpoint& sentinel, const Settings& settings, TimePoint deadline);

/// Makes one sentinel monitor another master, with the settings it had for the one before, and
/// answers what it said: OK, or why not.
std::string repoint(const Endpoint& sentinel, const Settings& settings, const Endpoint& master,
                    TimePoint deadline);

/// What makes a running master a replica for good: also its configuration, and clients that would
/// hold on to it look for the new master.
std::vector<std::vector<std::string>> follow_orders(const Endpoint& master);

/// Gives a data node commands; answers the first failure, or nothing.
std::string give_orders(const Endpoint& node, const Settings& settings,
                        const std::vector<std::vector<std::string>>& commands, TimePoint deadline);

}  // namespace dkr
