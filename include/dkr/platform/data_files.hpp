#pragma once

#include <string>
#include <vector>

#include "dkr/core/base/result.hpp"
#include "dkr/core/node/storage.hpp"

namespace dkr {

/// The files that an AOF of either format consists of, whether or not they are there.
Result<std::vector<std::string>> aof_files(const Storage& storage);

/// Keeps the files that the server's data is in under other names too, in a new folder beside them,
/// where a resynchronisation does not reach them. Answers the folder.
Result<std::string> keep_aside(const Storage& storage);

/// Moves them there instead, whatever state they are in.
Result<std::string> move_aside(const Storage& storage);

}  // namespace dkr
