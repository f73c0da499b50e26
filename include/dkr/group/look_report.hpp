#pragma once

#include <optional>
#include <tuple>
#include <vector>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/decide/role_case.hpp"

namespace dkr {

/// The result of a look at the group by a running node.
struct LookReport {
  std::optional<RoleCase> found;  ///< nullopt before the first look
  std::vector<Endpoint> sentinels;
  std::vector<Endpoint> peers;
  std::vector<Endpoint> me;  ///< all endpoints of this node, the announced one first
  Endpoint followed;         ///< the master that a replica follows because it is or was named
  bool lacks = false;        ///< another replica has more than this one
};

inline auto fields_of(const LookReport& report) {
  const auto& [found, sentinels, peers, me, followed, lacks] = report;
  return std::tie(found, sentinels, peers, me, followed, lacks);
}

}  // namespace dkr
