#pragma once

#include <string>

#include "dkr/core/doctor/symptoms.hpp"

namespace dkr {

/// Returns what the kernel says of this machine and container. What it does not say stays unknown.
/// Source: proc(5), cgroups(7).
MachineSymptoms look_at_machine();

/// Sets the size and the free space of the file system at a path: what users other than root may
/// still write. They stay unknown if it cannot be looked at.
void look_at_disk(VolumeSymptoms& volume);

}  // namespace dkr
