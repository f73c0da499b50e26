#pragma once

#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/conf/own_server.hpp"
#include "dkr/core/settings/settings.hpp"

namespace dkr {

/// What a sentinel is known by, and where that can be heard.
struct OwnIdentity {
  std::string id;               ///< its myid; empty before 6.2
  std::vector<Endpoint> me;     ///< all endpoints of this container; none: it does not answer
  std::optional<Endpoint> ear;  ///< a master that it monitors, by its address
};

inline auto fields_of(const OwnIdentity& own) {
  const auto& [id, me, ear] = own;
  return std::tie(id, me, ear);
}

/// Asks the sentinel of this container. Blocks, so call it in a child process.
OwnIdentity look_at_identity(const Settings& settings, const OwnServer& sentinel);

}  // namespace dkr
