#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dkr/core/base/result.hpp"

namespace dkr {

/// Returns the address that this host's name has as a service; for LOOKUP_ANNOUNCE_IP.
using OwnAddress = std::function<Result<std::string>()>;

/// Translates names of other products in `NAME=value` entries into ours and removes them; a name of
/// ours that is already there wins. Later code never sees the others. REDIS_MASTER_HOST_VAR and the
/// like, from the original image, name another variable; one that is unset counts as not given.
/// Names that may be meant for another program stay. Returns an error if an address had to be
/// looked up and there was none. Source: run.sh of the image legalio/redis; the images redis-stack,
/// valkey and those of Bitnami.
Result<std::vector<std::string>> apply_aliases(const std::vector<std::string>& entries,
                                               const OwnAddress& own_address);

/// Returns our name for a variable whose value is taken over as it is; else the name itself.
std::string_view name_for(std::string_view theirs);

/// Returns what a person is told of a name that stays: whom it is for, or what to set instead;
/// empty for any other name.
std::string meaning_of_other_name(std::string_view theirs);

}  // namespace dkr
