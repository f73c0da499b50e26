#pragma once

#include <cstdint>
#include <string>

namespace dkr {

/// Where a server answers: a name or an address, and a port.
struct Endpoint {
  std::string host;
  std::uint16_t port = 0;
};

}  // namespace dkr
