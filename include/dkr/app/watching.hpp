#pragma once

#include "dkr/core/plan.hpp"
#include "dkr/core/settings.hpp"
#include "dkr/platform/task.hpp"

namespace dkr {

/// The work of the watcher beside a server that was started by a plan.
Companion watching(Settings settings, const WatchPlan& plan);

/// What is done before that server is told to end.
Companion stopping(Settings settings, const WatchPlan& plan);

}  // namespace dkr
