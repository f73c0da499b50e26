#pragma once

#include <cstdint>

#include "dkr/core/doctor/symptoms.hpp"
#include "dkr/core/settings/settings.hpp"

namespace dkr {

/// Looks at a group and examines each server that answers, in a child process of its own.
/// `own_port` is that of the data node here; 0: REDIS_PORT.
GroupSymptoms examine_group(const Settings& settings, std::uint16_t own_port);

}  // namespace dkr
