#include "dkr/core/supervisor.hpp"

#include <csignal>

namespace dkr {
namespace {

void add(Step& step, const Effect& effect) noexcept {
  step.effects[step.count++] = effect;
}

bool is_job_control(int number) noexcept {
  return number == SIGTSTP || number == SIGTTIN || number == SIGTTOU;
}

Step on(const Supervisor& now, const Signalled& signal, TimePoint time) noexcept {
  Step step{now};
  if (signal.by_us || signal.number == SIGCHLD ||
      (signal.by_kernel && is_job_control(signal.number))) {
    return step;
  }
  if (now.phase == Phase::running && (signal.number == SIGTERM || signal.number == SIGINT)) {
    step.next.phase = Phase::stopping;
    step.next.kill_at = time + now.stop_timeout;
    step.next.stop_signal = signal.number;
  }
  add(step, Forward{signal.number});
  return step;
}

Step on(const Supervisor& now, const Ended& ended, TimePoint /*time*/) noexcept {
  Step step{now};
  if (ended.pid == now.child) {
    add(step, Exit{ended.status});
  }
  return step;
}

Step on(const Supervisor& now, const Late& /*late*/, TimePoint time) noexcept {
  Step step{now};
  if (now.phase == Phase::stopping && time >= now.kill_at) {
    step.next.phase = Phase::killed;
    add(step, Kill{});
  }
  return step;
}

}  // namespace

Step step(const Supervisor& now, const Event& event, TimePoint time) noexcept {
  if (const auto* signal = std::get_if<Signalled>(&event)) {
    return on(now, *signal, time);
  }
  if (const auto* ended = std::get_if<Ended>(&event)) {
    return on(now, *ended, time);
  }
  return on(now, Late{}, time);
}

std::optional<TimePoint> deadline(const Supervisor& supervisor) noexcept {
  return supervisor.phase == Phase::stopping ? std::optional(supervisor.kill_at) : std::nullopt;
}

}  // namespace dkr
