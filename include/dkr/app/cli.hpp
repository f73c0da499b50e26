#pragma once

#include <string>
#include <vector>

#include "dkr/core/base/result.hpp"
#include "dkr/core/settings/raw_settings.hpp"

namespace dkr {

/// What follows `dkr-redis run` or `dkr-redis plan`.
struct RunLine {
  RawSettings flags;
  std::vector<std::string> rest;  ///< the server and its arguments
};

/// Reads our own flags up to `--` or the first word that is none. Error: ExitCode::usage.
Result<RunLine> parse_run_line(const std::vector<std::string>& args);

/// What `dkr-redis --help` prints.
std::string help_text();

}  // namespace dkr
