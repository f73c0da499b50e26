#pragma once

#include <cstdint>
#include <vector>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/settings/settings.hpp"

namespace dkr {

/// Returns all endpoints of this node: its addresses with the port of its server (0: REDIS_PORT),
/// and what it announces.
std::vector<Endpoint> my_endpoints(const Settings& settings, std::uint16_t port);

/// Returns the endpoints of my_endpoints(), with the one that others are told first.
std::vector<Endpoint> told_endpoints(const Settings& settings, std::uint16_t port);

}  // namespace dkr
