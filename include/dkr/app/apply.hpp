#pragma once

#include <optional>

#include "dkr/core/base/result.hpp"
#include "dkr/core/decide/plan.hpp"
#include "dkr/platform/adoption.hpp"

namespace dkr {

/// Carries out the plan up to the start of the server; stops early if a stop signal is pending.
/// Returns the RDB that has become an AOF, to be withdrawn if the server does not take it.
Result<std::optional<Adopted>> apply(Plan& plan);

}  // namespace dkr
