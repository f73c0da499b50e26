#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/base/timing.hpp"
#include "dkr/core/settings/settings.hpp"

namespace dkr {

/// Returns all endpoints of this node: its addresses with the port of its server (0: REDIS_PORT),
/// and what it announces. An announced name is looked up for `limit` at most.
std::vector<Endpoint> my_endpoints(const Settings& settings, std::uint16_t port,
                                   std::chrono::milliseconds limit = longest_look_timeout);

/// Returns the endpoints of my_endpoints(), with the one that others are told first. Both of its
/// look-ups together fit between two heartbeats.
std::vector<Endpoint> told_endpoints(const Settings& settings, std::uint16_t port);

}  // namespace dkr
