#pragma once

#include "dkr/core/base/result.hpp"
#include "dkr/core/decide/plan.hpp"

namespace dkr {

/// Carries out the plan up to the start of the server; stops early if SIGTERM or SIGINT is pending.
Result<Done> apply(const Plan& plan);

}  // namespace dkr
