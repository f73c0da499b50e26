#include "dkr/core/init/supervisor.hpp"

#include <algorithm>
#include <csignal>

#include "dkr/core/base/match.hpp"

namespace dkr {
namespace {

void add(Step& step, const Effect& effect) noexcept {
  step.effects[step.count++] = effect;
}

bool is_job_control(int number) noexcept {
  return number == SIGTSTP || number == SIGTTIN || number == SIGTTOU;
}

std::chrono::milliseconds next_pause(std::chrono::milliseconds pause) noexcept {
  return std::min(std::max(2 * pause, first_watcher_backoff), longest_watcher_backoff);
}

/// Tells the server to stop, and kills a handover that is still running.
void tell_server(Step& step) noexcept {
  if (step.next.handover != 0) {
    add(step, KillHandover{step.next.handover});
  }
  step.next.handover = 0;
  step.next.phase = Phase::stopping;
  add(step, ForwardSignal{step.next.hands_over ? deaf_server_stop : step.next.stop_signal});
}

/// Handles the first signal to stop.
void begin_stop(Step& step, int signal, TimePoint time) noexcept {
  Supervisor& next = step.next;
  next.stop_signal = signal;
  next.kill_at = time + next.stop_timeout;
  next.after_end = AfterEnd::leave;
  if (next.phase != Phase::running) {
    add(step, ForwardSignal{signal});
  } else if (next.hands_over) {
    next.phase = Phase::handing_over;
    next.handover_by = time + next.stop_timeout / 2;
    add(step, StartHandover{});
  } else {
    tell_server(step);
  }
}

Step on(const Supervisor& now, const SignalReceived& signal, TimePoint time) noexcept {
  Step step{now};
  if (signal.by_us || signal.number == SIGCHLD ||
      (signal.by_kernel && is_job_control(signal.number))) {
    return step;
  }
  const bool stop = signal.number == SIGTERM || signal.number == SIGINT;
  if (stop && now.stop_signal == 0) {
    begin_stop(step, signal.number, time);
  } else if (stop && now.phase == Phase::handing_over) {
    const bool is_burst =
        signal.number == now.stop_signal && time - (now.kill_at - now.stop_timeout) < signal_burst;
    if (!is_burst) {
      tell_server(step);
    }
  } else {
    add(step, ForwardSignal{signal.number});
  }
  return step;
}

/// Counts a crash. A watcher that has been silent no longer vouches for a quick restart.
void note_crash(Supervisor& next, TimePoint time) noexcept {
  CrashPolicy& crash = next.crash;
  if (crash.cost == CrashCost::quick_master && time - crash.told > heartbeat_timeout) {
    crash.cost = CrashCost::master;
  }
  crash.before = count_crash(crash.before, time);
  next.after_end = after_crash(crash.policy, crash.cost, crash.before);
}

Step on(const Supervisor& now, const ProcessEnded& ended, TimePoint time) noexcept {
  Step step{now};
  WatcherState& watcher = step.next.watcher;
  if (ended.pid == now.child) {
    if (now.phase == Phase::running && ended.status > signal_base) {
      note_crash(step.next, time);
    }
    add(step, Exit{ended.status});
  } else if (ended.pid == now.handover) {
    step.next.handover = 0;
    tell_server(step);
  } else if (ended.pid == watcher.pid) {
    watcher.pause = time - watcher.began > stable_watcher_age ? first_watcher_backoff
                                                              : next_pause(watcher.pause);
    watcher.due = time + watcher.pause;
    watcher.pid = 0;
  }
  return step;
}

Step on(const Supervisor& now, const DeadlinePassed& /*late*/, TimePoint time) noexcept {
  Step step{now};
  if (now.phase == Phase::stopping && time >= now.kill_at) {
    step.next.phase = Phase::killed;
    add(step, KillServer{});
  } else if (now.phase == Phase::handing_over && time >= now.handover_by) {
    tell_server(step);
  }
  WatcherState& watcher = step.next.watcher;
  if (!watcher.wanted || time < watcher.due) {
    return step;
  }
  if (watcher.pid == 0) {
    add(step, StartWatcher{});
  } else if (time - watcher.due < heartbeat_timeout / 4) {
    add(step, KillWatcher{watcher.pid});
  }  // Later than that, we were not running either (docker pause).
  watcher.due = time + heartbeat_timeout;
  return step;
}

Step on(const Supervisor& now, const WatcherStarted& started, TimePoint time) noexcept {
  Step step{now};
  WatcherState& watcher = step.next.watcher;
  watcher.pid = started.pid;
  watcher.began = time;
  watcher.due = time + heartbeat_timeout;
  return step;
}

Step on(const Supervisor& now, const HandoverStarted& started, TimePoint /*time*/) noexcept {
  Step step{now};
  step.next.handover = started.pid;
  if (started.pid == 0) {
    tell_server(step);
  }
  return step;
}

Step on(const Supervisor& now, const Heartbeat& heartbeat, TimePoint time) noexcept {
  Step step{now};
  step.next.crash.cost = heartbeat.cost;
  step.next.crash.told = time;
  if (now.watcher.pid != 0) {
    step.next.watcher.due = time + heartbeat_timeout;
  }
  return step;
}

Step on(const Supervisor& now, const ServerHung& /*hung*/, TimePoint time) noexcept {
  Step step = on(now, Heartbeat{}, time);
  if (now.phase == Phase::running) {
    step.next.phase = Phase::killed;
    step.next.after_end = AfterEnd::restart;
    add(step, KillServer{});
  }
  return step;
}

}  // namespace

Step step(const Supervisor& now, const Event& event, TimePoint time) noexcept {
  return match(event, [&](const auto& one) noexcept { return on(now, one, time); });
}

std::optional<TimePoint> deadline(const Supervisor& supervisor) noexcept {
  std::optional<TimePoint> due;
  if (supervisor.phase == Phase::stopping) {
    due = supervisor.kill_at;
  } else if (supervisor.phase == Phase::handing_over) {
    due = supervisor.handover_by;
  }
  if (supervisor.watcher.wanted && (!due || supervisor.watcher.due < *due)) {
    due = supervisor.watcher.due;
  }
  return due;
}

}  // namespace dkr
