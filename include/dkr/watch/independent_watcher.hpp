#pragma once

#include <optional>

#include "dkr/core/conf/own_server.hpp"
#include "dkr/core/settings/settings.hpp"
#include "dkr/platform/unique_fd.hpp"
#include "dkr/watch/health_port.hpp"

namespace dkr {

/// The input of a watcher that only serves the health endpoint.
struct HealthWatchOrders {
  Settings settings;
  std::optional<OwnServer> server;  ///< an independent one; nullopt: it does not run yet
  HealthOrders health;
};

/// Serves the health endpoint beside an independent server, or while no server runs yet, until the
/// process is killed.
int watch_health(const HealthWatchOrders& orders, const UniqueFd& to_init);

}  // namespace dkr
