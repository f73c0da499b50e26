#pragma once

#include <string>

#include "dkr/core/base/access.hpp"
#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/base/time.hpp"
#include "dkr/core/doctor/symptoms.hpp"

namespace dkr {

/// Examines one data node: what it says of itself, of its settings and of its clock. Always returns
/// an exam: a failure is part of its view. The replies may be hostile and hold secrets, so call it
/// in a child process; what it returns holds none.
NodeExam examine_node(const Endpoint& at, const Access& access, TimePoint deadline);

/// Examines one sentinel, and what it says of a group, in the same way.
SentinelExam examine_sentinel(const Endpoint& at, const Access& access, const std::string& group,
                              TimePoint deadline);

}  // namespace dkr
