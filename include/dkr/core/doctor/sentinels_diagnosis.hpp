#pragma once

#include <vector>

#include "dkr/core/doctor/finding.hpp"
#include "dkr/core/doctor/symptoms.hpp"

namespace dkr {

/// Adds what is wrong with the sentinels of a group.
void diagnose_sentinels(const GroupSymptoms& group, std::vector<Finding>& found);

}  // namespace dkr
