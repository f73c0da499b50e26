#pragma once

#include <cstdint>
#include <vector>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/base/time.hpp"

namespace dkr {

/// Returns those of the addresses at which this host itself is reached, by whatever way: listens on
/// the port of a server that does not run yet, and sends a word that nobody else knows. None if the
/// port is taken. Blocks until the deadline at most, so call it in a child process.
std::vector<Endpoint> leading_here(const std::vector<Endpoint>& addresses, std::uint16_t port,
                                   TimePoint deadline);

}  // namespace dkr
