#pragma once

#include <string>

#include "dkr/core/base/result.hpp"
#include "dkr/core/decide/plan.hpp"

namespace dkr {

/// Does all of the plan up to the start of the server, as far as no SIGTERM or SIGINT waits.
Result<Done> apply(const Plan& plan);

/// The error about a volume that whom the server runs as cannot write to, and why.
Error not_writable(const Plan& plan, const std::string& obstacle);

}  // namespace dkr
