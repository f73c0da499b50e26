#pragma once

#include <vector>

#include "dkr/core/doctor/finding.hpp"
#include "dkr/core/doctor/symptoms.hpp"

namespace dkr {

/// Returns what is wrong with a set-up, as far as it could be seen.
std::vector<Finding> diagnose(const Symptoms& symptoms);

}  // namespace dkr
