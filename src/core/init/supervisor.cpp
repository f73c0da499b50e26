#include "dkr/core/init/supervisor.hpp"

#include <algorithm>
#include <array>
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

/// True for a signal that tells us to stop.
bool tells_to_stop(const Supervisor& now, int number) noexcept {
  return is_stop(number) || (now.hands_over && ends_server(number));
}

/// Returns as what a signal is passed on: the server knows only two by which it can be stopped.
int as_passed_on(const Supervisor& now, int number) noexcept {
  return tells_to_stop(now, number) && number != SIGINT ? SIGTERM : number;
}

/// True for the first stop signal once more, so soon that it is the same wish.
bool is_burst(const Supervisor& now, int number, TimePoint time) noexcept {
  return number == now.stop_signal && time - (now.kill_at - now.stop_timeout) < signal_burst;
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
  add(step, ForwardSignal{step.next.hands_over ? deaf_server_stop
                                               : as_passed_on(step.next, step.next.stop_signal)});
}

/// Handles the first signal to stop.
void begin_stop(Step& step, int signal, TimePoint time) noexcept {
  Supervisor& next = step.next;
  next.stop_signal = signal;
  next.kill_at = time + next.stop_timeout;
  next.after_end = AfterEnd::leave;
  if (next.phase != Phase::running) {
    add(step, ForwardSignal{as_passed_on(next, signal)});
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
  const bool stop = tells_to_stop(now, signal.number);
  if (stop && is_burst(now, signal.number, time)) {
    return step;
  }
  if (stop && now.stop_signal == 0) {
    begin_stop(step, signal.number, time);
  } else if (stop && now.phase == Phase::handing_over) {
    tell_server(step);
  } else {
    add(step, ForwardSignal{as_passed_on(now, signal.number)});
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

Step on(const Supervisor& now, const IdentityTaken& /*taken*/, TimePoint time) noexcept {
  Step step = on(now, Heartbeat{}, time);
  if (now.phase == Phase::running && !now.hands_over) {
    step.next.phase = Phase::stopping;
    step.next.kill_at = time + now.stop_timeout;
    step.next.after_end = AfterEnd::new_identity;
    add(step, ForwardSignal{SIGTERM});
  }
  return step;
}

}  // namespace

bool is_stop(int number) noexcept {
  constexpr int of_systemd = 37;  // SIGRTMIN+3: glibc keeps two for itself
  return number == SIGTERM || number == SIGINT || number == SIGQUIT || number == SIGPWR ||
         number == of_systemd;
}

bool ends_server(int number) noexcept {
  // Those that the server ignores, whose usual effect is another one, and two of the C library.
  constexpr std::array<int, 12> others{SIGHUP,  SIGPIPE, SIGCHLD, SIGCONT, SIGURG, SIGWINCH,
                                       SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU, 32,     33};
  return std::find(others.begin(), others.end(), number) == others.end();
}

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
