#pragma once

#include "dkr/watch/health_port.hpp"
#include "dkr/watch/master_offset.hpp"
#include "dkr/watch/own_server.hpp"

namespace dkr {

/// The health endpoint beside a data node.
class NodeHealth {
 public:
  NodeHealth(event_base& loop, const HealthOrders& orders, const Settings& settings);

  [[nodiscard]] bool is_wanted() const { return port_.is_wanted(); }

  /// Asks what is asked for the endpoint only, now and then.
  void poll(const OwnServer& server, TimePoint now);

  /// Shows what the server says, on top of what the watcher knows of its group.
  void show(HealthView view, const OwnServer& server, TimePoint now);

 private:
  HealthPort port_;
  MasterOffset master_;
};

}  // namespace dkr
