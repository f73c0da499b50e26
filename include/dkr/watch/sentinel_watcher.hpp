#pragma once

#include "dkr/core/conf/own_server.hpp"
#include "dkr/core/settings/settings.hpp"
#include "dkr/platform/unique_fd.hpp"
#include "dkr/watch/health_port.hpp"

namespace dkr {

/// The input of the watcher beside a sentinel.
struct SentinelOrders {
  Settings settings;
  OwnServer server;  ///< the sentinel, as this container reaches it
  HealthOrders health;
  bool fixed_conf = false;  ///< the sentinel's configuration is not ours to write
};

/// Sets a sentinel's INFO period, which a sentinel forgets when it ends, keeps its groups as they
/// are wanted, ends pauses that are over, and serves its health endpoint until the process is
/// killed. Source: SENTINEL DEBUG in sentinel.c.
int watch_sentinel(const SentinelOrders& orders, const UniqueFd& to_init);

}  // namespace dkr
