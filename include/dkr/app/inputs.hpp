#pragma once

#include <string>
#include <vector>

#include "dkr/core/base/result.hpp"
#include "dkr/core/settings/raw_settings.hpp"

namespace dkr {

enum class Reading {
  whole,
  quick,  ///< for a probe: no name is looked up, so LOOKUP_ANNOUNCE_IP is not heeded; no warnings
};

/// Environment and flags together, checked; files of secrets are read, aliases applied, warnings
/// told, and the logger is set up on the way.
Result<Settings> read_settings(const RawSettings& flags, Reading reading = Reading::whole);

/// The working directory; empty when it is gone.
std::string working_directory();

/// Our environment without the secrets in it, for the server.
std::vector<std::string> server_environment();

/// Overwrites the secrets in our environment, which others of our user can read in /proc.
void forget_secrets() noexcept;

}  // namespace dkr
