#pragma once

#include <optional>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/settings/settings.hpp"
#include "dkr/platform/unique_fd.hpp"
#include "dkr/watch/health_port.hpp"

namespace dkr {

/// What a watcher works with that has only the health endpoint to serve.
struct HealthWatchOrders {
  Settings settings;
  std::optional<Endpoint> server;  ///< an independent one; nothing: it does not run yet
  HealthOrders health;
};

/// Answers for the health of an independent server, or of one that is not there yet, until it is
/// ended.
int watch_health(const HealthWatchOrders& orders, const UniqueFd& to_init);

}  // namespace dkr
