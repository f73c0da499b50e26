#pragma once

#include <vector>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/node/state_note.hpp"
#include "dkr/core/node/storage.hpp"
#include "dkr/core/settings/settings.hpp"
#include "dkr/platform/unique_fd.hpp"
#include "dkr/watch/health_port.hpp"

namespace dkr {

/// What the watcher beside a data node works with.
struct WatchOrders {
  Settings settings;
  Endpoint server;           ///< our own, as this container reaches it
  Storage storage;           ///< where it keeps its data
  std::vector<Endpoint> me;  ///< every endpoint that is this node, at first
  StateNote note;            ///< as the volume has it
  HealthOrders health;
};

/// Watches one data node of a group until it is ended: keeps the note, has the role looked at,
/// works the fence. Tells PID 1 at least once in heartbeat_timeout / 2 that it lives and what a
/// crash of the server would cost, or that the server hangs as a master while most sentinels name
/// another.
int watch(const WatchOrders& orders, const UniqueFd& to_init);

}  // namespace dkr
