#pragma once

#include "dkr/core/base/screen.hpp"
#include "dkr/core/view/status_view.hpp"

namespace dkr {

/// Returns what a master does with writes, in a few words; empty if it is none, or nobody knows.
Span writes_span(const NodeStatus& node, Writes writes);

/// Returns the first line of a status: the master, the replicas, the sentinels.
ScreenLine status_headline(const StatusView& view);

}  // namespace dkr
