#pragma once

#include <cstdint>
#include <vector>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/settings/settings.hpp"

namespace dkr {

/// Every endpoint that means this node: its own addresses with the port that its server listens on
/// (0: REDIS_PORT), and what it announces.
std::vector<Endpoint> my_endpoints(const Settings& settings, std::uint16_t port);

/// The endpoints of my_endpoints(); what the others are told of the server comes first.
std::vector<Endpoint> told_endpoints(const Settings& settings, std::uint16_t port);

}  // namespace dkr
