#pragma once

#include <string>

#include "dkr/core/result.hpp"
#include "dkr/core/server_conf.hpp"

namespace dkr {

/// Keeps the files that the server's data is in under other names too, in a new folder beside them,
/// where a resynchronisation does not reach them. Answers the folder.
Result<std::string> keep_aside(const Storage& storage);

}  // namespace dkr
