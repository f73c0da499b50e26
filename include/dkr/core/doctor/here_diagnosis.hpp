#pragma once

#include <vector>

#include "dkr/core/doctor/finding.hpp"
#include "dkr/core/doctor/symptoms.hpp"

namespace dkr {

/// Adds what is wrong with the server in this container, and with its volume and machine.
void diagnose_server(const ServerSymptoms& here, const MachineSymptoms& machine,
                     std::vector<Finding>& found);

/// Adds what is wrong with the times of this node, beside those of the sentinels of its group.
void diagnose_times(const Symptoms& symptoms, std::vector<Finding>& found);

}  // namespace dkr
