#include "dkr/watch/independent_watcher.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "dkr/core/base/timing.hpp"
#include "dkr/core/health/health_view.hpp"
#include "dkr/core/init/heartbeat.hpp"
#include "dkr/watch/loop.hpp"
#include "dkr/watch/node_health.hpp"
#include "dkr/watch/server_poller.hpp"

namespace dkr {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// The watcher beside an independent server.
class NodeWatcher {
 public:
  NodeWatcher(const HealthWatchOrders& orders, const UniqueFd& to_init, event_base& loop)
      : to_init_(to_init),
        server_(loop, *orders.server, [this] { show(); }),
        health_(loop, orders.health, orders.settings),
        tick_(loop, [this] { return tick(); }) {}

  void begin() { tick_.begin(); }

 private:
  milliseconds tick() {
    const TimePoint now = steady_clock::now();
    write_all(to_init_, std::string(1, to_byte(Heartbeat{})));
    server_.poll(now, server_timeout);
    health_.poll(server_, now);
    show();
    return server_.heard() ? longest_poll_interval : shortest_poll_interval;
  }

  void show() { health_.show({}, server_, steady_clock::now()); }

  const UniqueFd& to_init_;
  ServerPoller server_;
  NodeHealth health_;
  Tick tick_;
};

/// The watcher while no server runs yet.
class WaitingWatcher {
 public:
  WaitingWatcher(const HealthWatchOrders& orders, const UniqueFd& to_init, event_base& loop)
      : orders_(orders),
        to_init_(to_init),
        port_(loop, orders.health, orders.settings),
        tick_(loop, [this] { return tick(); }) {}

  void begin() { tick_.begin(); }

 private:
  milliseconds tick() {
    write_all(to_init_, std::string(1, to_byte(Heartbeat{})));
    HealthView view;
    view.group = orders_.settings.group.value;
    port_.show(std::move(view), {}, true);
    return longest_poll_interval;
  }

  const HealthWatchOrders& orders_;
  const UniqueFd& to_init_;
  HealthPort port_;
  Tick tick_;
};

}  // namespace

int watch_health(const HealthWatchOrders& orders, const UniqueFd& to_init) {
  return orders.server ? run_watcher<NodeWatcher>(orders, to_init)
                       : run_watcher<WaitingWatcher>(orders, to_init);
}

}  // namespace dkr
