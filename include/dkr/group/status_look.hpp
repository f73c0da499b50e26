#pragma once

#include "dkr/core/settings/settings.hpp"
#include "dkr/core/view/group_status.hpp"
#include "dkr/group/look.hpp"

namespace dkr {

/// Looks at the group, then asks all that answered once more, at the same moment, for what a status
/// says. Without an own_port there is no data node here. Takes as long as look_at_group(), and
/// answer_timeout more.
GroupStatus look_at_status(const Settings& settings, const LookOptions& options);

}  // namespace dkr
