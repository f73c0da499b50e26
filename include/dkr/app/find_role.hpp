#pragma once

#include <string>

#include "dkr/core/role.hpp"
#include "dkr/core/settings.hpp"

namespace dkr {

/// Looks at the group once and decides; a wish to wait or to promote another is the answer too.
RoleDecision find_role(const Settings& settings, const LocalData& local);

/// Looks and decides until the server may start, asks a sentinel for a failover where that is
/// decided, and tells what it waits for; answers to_line() of the decision. For a task.
std::string wait_for_role(const Settings& settings, const LocalData& local);

}  // namespace dkr
