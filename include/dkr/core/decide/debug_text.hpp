#pragma once

#include <string>

#include "dkr/core/base/time.hpp"
#include "dkr/core/decide/fence.hpp"
#include "dkr/core/view/group_view.hpp"

namespace dkr {

/// What a server answered, in a few words for the log; nothing that differs from answer to answer.
std::string debug_text(const SentinelView& sentinel);
std::string debug_text(const NodeView& node);

/// All that the fence goes by, in one line, and how old it is.
std::string debug_text(const FenceView& view, TimePoint now);

}  // namespace dkr
