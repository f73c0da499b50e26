#pragma once

#include "dkr/core/health/health_view.hpp"
#include "dkr/watch/health_port.hpp"
#include "dkr/watch/replication_lag.hpp"
#include "dkr/watch/server_poller.hpp"

namespace dkr {

/// The health endpoint beside a data node.
class NodeHealth {
 public:
  NodeHealth(event_base& loop, const HealthOrders& orders, const Settings& settings);

  [[nodiscard]] bool is_wanted() const { return port_.is_wanted(); }

  /// Polls what only the endpoint needs; call it on every tick.
  void poll(const ServerPoller& server, TimePoint now);

  /// Shows what the watcher knows of the group, completed by what the server says.
  void show(HealthView view, const ServerPoller& server, TimePoint now);

 private:
  HealthPort port_;
  ReplicationLag master_;
};

}  // namespace dkr
