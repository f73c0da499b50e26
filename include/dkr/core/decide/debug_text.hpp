#pragma once

#include <string>

#include "dkr/core/base/time.hpp"
#include "dkr/core/decide/fence.hpp"
#include "dkr/core/view/group_view.hpp"

namespace dkr {

/// Returns a server's answer in a few words for the log, without what differs in every answer.
std::string debug_text(const SentinelView& sentinel);
std::string debug_text(const NodeView& node);

/// Returns everything that the fence decides by, and how old it is, in one line.
std::string debug_text(const FenceView& view, TimePoint now);

}  // namespace dkr
