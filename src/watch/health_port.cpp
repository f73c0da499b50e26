#include "dkr/watch/health_port.hpp"

#include <chrono>
#include <utility>

#include "dkr/core/base/timing.hpp"

namespace dkr {
namespace {

using std::chrono::steady_clock;

}  // namespace

HealthPort::HealthPort(event_base& loop, const HealthOrders& orders, const Settings& settings)
    : orders_(orders),
      site_{orders.version, probe_limits(settings)},
      since_(steady_clock::now()),
      progress_(orders.server, since_),
      port_(loop, orders.listener, [this](const HttpRead& read) { return answer(read); }) {}

void HealthPort::show(HealthView view, const std::optional<TimePoint>& spoke, bool complete) {
  if (!is_wanted()) {
    return;
  }
  const TimePoint now = steady_clock::now();
  progress_.take(spoke, now);
  view_ = std::move(view);
  view_.alive = progress_.alive();
  view_.crashes = orders_.crashes;
  port_.expire(now);
  if (complete || now - since_ > first_answer_timeout) {
    port_.open();
  }
}

HttpAnswer HealthPort::answer(const HttpRead& read) {
  HttpAnswer answer = read.status == 0
                          ? answer_health(read.request, site_, view_, steady_clock::now())
                          : refusal(read.status);
  count(site_.counts, read.request.path, answer.status);
  return answer;
}

}  // namespace dkr
