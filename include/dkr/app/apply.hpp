#pragma once

#include "dkr/core/base/result.hpp"
#include "dkr/core/decide/plan.hpp"

namespace dkr {

/// Does all of the plan up to the start of the server, as far as no SIGTERM or SIGINT waits.
Result<Done> apply(const Plan& plan);

}  // namespace dkr
