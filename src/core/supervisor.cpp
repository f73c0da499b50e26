#include "dkr/core/supervisor.hpp"

#include <algorithm>
#include <csignal>

namespace dkr {
namespace {

void add(Step& step, const Effect& effect) noexcept {
  step.effects[step.count++] = effect;
}

bool is_job_control(int number) noexcept {
  return number == SIGTSTP || number == SIGTTIN || number == SIGTTOU;
}

std::chrono::milliseconds next_pause(std::chrono::milliseconds pause) noexcept {
  return std::min(std::max(2 * pause, first_watch_pause), longest_watch_pause);
}

Step on(const Supervisor& now, const Signalled& signal, TimePoint time) noexcept {
  Step step{now};
  if (signal.by_us || signal.number == SIGCHLD ||
      (signal.by_kernel && is_job_control(signal.number))) {
    return step;
  }
  if (now.stop_signal == 0 && (signal.number == SIGTERM || signal.number == SIGINT)) {
    step.next.phase = now.phase == Phase::running ? Phase::stopping : now.phase;
    step.next.kill_at = time + now.stop_timeout;
    step.next.stop_signal = signal.number;
    step.next.again = false;
  }
  add(step, Forward{signal.number});
  return step;
}

Step on(const Supervisor& now, const Ended& ended, TimePoint time) noexcept {
  Step step{now};
  Companionship& watcher = step.next.watcher;
  if (ended.pid == now.child) {
    add(step, Exit{ended.status});
  } else if (ended.pid == watcher.pid) {
    // One that has lived well is no sign of trouble.
    watcher.pause =
        time - watcher.began > longest_watch_pause ? first_watch_pause : next_pause(watcher.pause);
    watcher.due = time + watcher.pause;
    watcher.pid = 0;
  }
  return step;
}

Step on(const Supervisor& now, const Late& /*late*/, TimePoint time) noexcept {
  Step step{now};
  if (now.phase == Phase::stopping && time >= now.kill_at) {
    step.next.phase = Phase::killed;
    add(step, Kill{});
  }
  Companionship& watcher = step.next.watcher;
  if (!watcher.wanted || time < watcher.due) {
    return step;
  }
  if (watcher.pid == 0) {
    add(step, StartWatcher{});
  } else {
    add(step, KillWatcher{watcher.pid});
  }
  watcher.due = time + watch_silence;
  return step;
}

Step on(const Supervisor& now, const Watching& started, TimePoint time) noexcept {
  Step step{now};
  Companionship& watcher = step.next.watcher;
  watcher.pid = started.pid;
  watcher.began = time;
  watcher.due = time + watch_silence;
  return step;
}

Step on(const Supervisor& now, const Hung& /*hung*/) noexcept {
  Step step{now};
  if (now.phase == Phase::running) {
    step.next.phase = Phase::killed;
    step.next.again = true;
    add(step, Kill{});
  }
  return step;
}

Step on(const Supervisor& now, const Beat& /*beat*/, TimePoint time) noexcept {
  Step step{now};
  if (now.watcher.pid != 0) {
    step.next.watcher.due = time + watch_silence;
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
  if (const auto* watching = std::get_if<Watching>(&event)) {
    return on(now, *watching, time);
  }
  if (const auto* beat = std::get_if<Beat>(&event)) {
    return on(now, *beat, time);
  }
  if (const auto* hung = std::get_if<Hung>(&event)) {
    return on(now, *hung);
  }
  return on(now, Late{}, time);
}

std::optional<TimePoint> deadline(const Supervisor& supervisor) noexcept {
  std::optional<TimePoint> due;
  if (supervisor.phase == Phase::stopping) {
    due = supervisor.kill_at;
  }
  if (supervisor.watcher.wanted && (!due || supervisor.watcher.due < *due)) {
    due = supervisor.watcher.due;
  }
  return due;
}

}  // namespace dkr
