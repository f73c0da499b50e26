#pragma once

#include <vector>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/node/state_note.hpp"
#include "dkr/core/node/storage.hpp"
#include "dkr/core/settings/settings.hpp"
#include "dkr/platform/unique_fd.hpp"
#include "dkr/watch/health_port.hpp"

namespace dkr {

/// The input of the watcher beside a data node.
struct WatchOrders {
  Settings settings;
  Endpoint server;           ///< our own, as this container reaches it
  Storage storage;           ///< where the server keeps its data
  std::vector<Endpoint> me;  ///< all endpoints of this node, at first
  StateNote note;            ///< as it is in the volume
  HealthOrders health;
  Endpoint followed;  ///< the master that the server was started to follow as it is named
};

/// Watches one data node of a group until the process is killed: keeps the note, has the role
/// checked, operates the fence. Sends PID 1 a heartbeat at least every heartbeat_timeout / 2, with
/// what a crash of the server would cost, or with the news that the server hangs as a master while
/// most sentinels name another node.
int watch(const WatchOrders& orders, const UniqueFd& to_init);

}  // namespace dkr
