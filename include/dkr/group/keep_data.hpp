#pragma once

#include "dkr/core/node/storage.hpp"

namespace dkr {

/// Keeps a copy of data that another history is about to replace, and logs where it is. A copy that
/// cannot be made is no reason to stay out of the group: that is logged, too.
void keep_before_following(const Storage& storage);

}  // namespace dkr
