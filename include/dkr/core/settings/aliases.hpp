#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dkr/core/base/result.hpp"

namespace dkr {

/// Looks up the address that the name of this host has as a service; for LOOKUP_ANNOUNCE_IP.
using OwnAddress = std::function<Result<std::string>()>;

/// Adds to `NAME=value` entries what other products' names in them mean in ours, and takes those
/// names away; a name of ours that is there already wins. Nothing behind this knows the others.
/// The original image's REDIS_MASTER_HOST_VAR and its like name another variable; one that is unset
/// counts as not given. Error: an address had to be looked up, and there was none.
/// Source: run.sh of the image legalio/redis.
Result<std::vector<std::string>> apply_aliases(const std::vector<std::string>& entries,
                                               const OwnAddress& own_address);

}  // namespace dkr
