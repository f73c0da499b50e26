#pragma once

#include <optional>

#include "dkr/core/conf/container.hpp"
#include "dkr/core/doctor/symptoms.hpp"

namespace dkr {

/// Examines the server in this container, its files and its process. nullopt: there is none.
/// `supervised`: a dkr-redis here runs one. Adds to `unseen` what could not be looked at.
std::optional<ServerSymptoms> look_at_server(const Container& container, bool supervised,
                                             std::vector<std::string>& unseen);

}  // namespace dkr
