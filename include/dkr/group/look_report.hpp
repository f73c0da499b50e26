#pragma once

#include <optional>
#include <tuple>
#include <vector>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/decide/role_case.hpp"

namespace dkr {

/// What a look at the group for a running node answers.
struct LookReport {
  std::optional<RoleCase> found;  ///< nothing: there was no look yet
  std::vector<Endpoint> sentinels;
  std::vector<Endpoint> peers;
  std::vector<Endpoint> me;  ///< every endpoint that is this node; what it tells others comes first
};

inline auto fields_of(const LookReport& report) {
  const auto& [found, sentinels, peers, me] = report;
  return std::tie(found, sentinels, peers, me);
}

}  // namespace dkr
