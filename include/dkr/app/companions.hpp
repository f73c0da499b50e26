#pragma once

#include "dkr/core/decide/plan.hpp"
#include "dkr/core/settings/settings.hpp"
#include "dkr/platform/child_job.hpp"
#include "dkr/watch/health_port.hpp"

namespace dkr {

/// Returns the work of the watcher beside a server that was started by a plan.
Companion watching_companion(const Settings& settings, const WatchPlan& plan,
                             const HealthOrders& health);

/// Returns the work of the watcher while no server runs yet.
Companion waiting_companion(const Settings& settings, const HealthOrders& health);

/// Returns the work that is done before that server is told to end.
Companion stopping_companion(const Settings& settings, const WatchPlan& plan);

}  // namespace dkr
