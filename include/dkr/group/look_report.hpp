#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/decide/role_case.hpp"

namespace dkr {

/// What a look at the group for a running node answers.
struct LookReport {
  std::optional<RoleCase> found;  ///< nothing: the look was ended
  std::vector<Endpoint> sentinels;
  std::vector<Endpoint> peers;
  std::vector<Endpoint> me;  ///< every endpoint that is this node; what it tells others comes first
};

std::string to_text(const LookReport& report);
/// Lines that are none are left out.
LookReport parse_look_report(std::string_view text);

}  // namespace dkr
