#pragma once

#include <cstdint>
#include <vector>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/settings/settings.hpp"

namespace dkr {

/// Every endpoint that means this node: its own addresses, and what it announces.
std::vector<Endpoint> my_endpoints(const Settings& settings);

/// The same for a server that listens on a port; what the others are told of it comes first.
std::vector<Endpoint> told_endpoints(const Settings& settings, std::uint16_t port);

}  // namespace dkr
