#pragma once

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/settings/settings.hpp"
#include "dkr/platform/unique_fd.hpp"
#include "dkr/watch/health_port.hpp"

namespace dkr {

/// What the watcher beside a sentinel works with.
struct SentinelOrders {
  Settings settings;
  Endpoint server;  ///< the sentinel, as this container reaches it
  HealthOrders health;
};

/// Gives a sentinel its INFO period, which it forgets when it ends, and answers for its health
/// until it is ended. Source: SENTINEL DEBUG in sentinel.c.
int watch_sentinel(const SentinelOrders& orders, const UniqueFd& to_init);

}  // namespace dkr
