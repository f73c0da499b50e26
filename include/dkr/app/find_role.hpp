#pragma once

#include <string>
#include <vector>

#include "dkr/core/role.hpp"
#include "dkr/core/settings.hpp"

namespace dkr {

/// Every endpoint that means this node: its own addresses, and what it announces.
std::vector<Endpoint> my_endpoints(const Settings& settings);

/// Has the sentinel that every node would choose promote another; two of them might promote two.
void ask_for_failover(const Settings& settings, const GroupView& view);

/// Looks at the group once and decides; a wish to wait or to promote another is the answer too.
RoleDecision find_role(const Settings& settings, const LocalData& local);

/// Looks and decides until the server may start, asks a sentinel for a failover where that is
/// decided, and tells what it waits for; answers to_line() of the decision. `sequel` is that of the
/// crash before. For a task.
std::string wait_for_role(const Settings& settings, const LocalData& local, Sequel sequel);

}  // namespace dkr
