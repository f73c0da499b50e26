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

  /// Asks what is asked for the endpoint only, now and then.
  void poll(const ServerPoller& server, TimePoint now);

  /// Shows what the server says, on top of what the watcher knows of its group.
  void show(HealthView view, const ServerPoller& server, TimePoint now);

 private:
  HealthPort port_;
  ReplicationLag master_;
};

}  // namespace dkr
