#pragma once

#include <string>
#include <vector>

#include "dkr/core/base/result.hpp"
#include "dkr/core/settings/raw_settings.hpp"

namespace dkr {

enum class Reading {
  whole,
  quick,  ///< for a probe: no name look-up, so LOOKUP_ANNOUNCE_IP is ignored; no warnings
};

/// Returns the checked settings from environment and flags. Reads the files of secrets, applies
/// aliases, logs warnings, and sets up the log on the way.
Result<Settings> read_settings(const RawSettings& flags, Reading reading = Reading::whole);

/// Returns the working directory; empty if it is gone.
std::string working_directory();

/// Returns our environment without the secrets, for the server.
std::vector<std::string> server_environment();

/// Overwrites the secrets in our environment, which processes of the same user can read in /proc.
void forget_secrets() noexcept;

}  // namespace dkr
