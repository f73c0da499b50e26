#pragma once

#include <string>
#include <vector>

#include "dkr/core/base/result.hpp"
#include "dkr/core/conf/wanted_groups.hpp"

namespace dkr {

/// Reads a password file, for parse_groups().
Result<std::string> read_secret_file(const std::string& path);

/// Reads and parses a groups file and the password files that it names. Error: it names the file,
/// and the line if it is one of a line.
Result<std::vector<WantedGroup>> read_groups(const std::string& path);

}  // namespace dkr
