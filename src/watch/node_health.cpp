#include "dkr/watch/node_health.hpp"

#include <utility>

#include "dkr/core/node/min_replicas.hpp"

namespace dkr {

NodeHealth::NodeHealth(event_base& loop, const HealthOrders& orders, const Settings& settings)
    : port_(loop, orders, settings), master_(loop, settings) {}

void NodeHealth::poll(const ServerPoller& server, TimePoint now) {
  if (is_wanted()) {
    master_.poll(server.view(), now);
  }
}

void NodeHealth::show(HealthView view, const ServerPoller& server, TimePoint now) {
  view.kind = HealthView::Kind::node;
  view.node = server.view();
  view.heard = server.heard();
  view.failure = server.failure();
  view.objects = server.objects();
  view.refuses_writes = server.limits() && refuse_all(*server.limits());
  view.lag = master_.lag_of(view.node, now);
  const bool complete = view.heard && (view.group.empty() || view.standing.looked);
  port_.show(std::move(view), server.spoke(), complete);
}

}  // namespace dkr
