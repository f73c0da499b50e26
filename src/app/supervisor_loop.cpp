#include "dkr/app/supervisor_loop.hpp"

#include <poll.h>

#include <array>
#include <chrono>
#include <csignal>
#include <ctime>
#include <limits>
#include <optional>
#include <utility>

#include "dkr/core/base/match.hpp"
#include "dkr/core/init/heartbeat.hpp"
#include "dkr/platform/log.hpp"
#include "dkr/platform/process.hpp"
#include "dkr/platform/signals.hpp"

namespace dkr {
namespace {

using std::chrono::steady_clock;

/// Milliseconds for poll(), rounded up so that it never wakes before a deadline; -1: no deadline.
int poll_timeout(const Supervisor& supervisor) noexcept {
  const auto due = deadline(supervisor);
  if (!due) {
    return -1;
  }
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*due - steady_clock::now());
  if (left.count() <= 0) {
    return 0;
  }
  constexpr auto most = static_cast<long long>(std::numeric_limits<int>::max());
  return static_cast<int>(left.count() < most ? left.count() : most);
}

/// Releases a process that is reaped here, and returns its id; 0 if there is none.
int pid_of(Result<Task> task) noexcept {
  return task ? task->release() : 0;
}

/// PID 1 at work: its state, and the exit status once that is known.
struct SupervisorLoop {
  const Companions& companions;
  Supervisor supervisor;
  UniqueFd heartbeats = {};  ///< the pipe from the watcher
  std::optional<int> status = {};
  std::string_view aof = {};
  bool aof_closed = false;

  void act(const ForwardSignal& signal) noexcept {
    aof_closed = !aof.empty() && has_closed(supervisor.child, aof);
    signal_process(supervisor.child, signal.number);
  }

  void act(const KillServer& /*kill*/) const noexcept {
    kill_group(supervisor.child);
    log::error(supervisor.after_end == AfterEnd::restart
                   ? "the server hangs, and another is master: SIGKILL"
                   : "the server did not end in time (REDIS_STOP_TIMEOUT_MS): SIGKILL");
  }

  void act(const Exit& exit) noexcept { status = exit.status; }

  void act(const StartWatcher& /*start*/) noexcept { on(start_watcher()); }

  void act(const KillWatcher& watcher) noexcept {
    log::warn("no heartbeat from the watcher: SIGKILL");
    signal_process(watcher.pid, SIGKILL);
  }

  void act(const StartHandover& /*start*/) noexcept {
    on(HandoverStarted{pid_of(start_companion(companions.handover))});
  }

  void act(const KillHandover& handover) noexcept { signal_process(handover.pid, SIGKILL); }

  WatcherStarted start_watcher() noexcept {
    if (supervisor.watcher.began != TimePoint{}) {
      log::warn("restarting the watcher");
    }
    auto task = start_companion(companions.watcher);
    if (!task) {
      log::error("the watcher: " + task.error().text);
      return {};
    }
    heartbeats = std::move(task->answer);
    return {task->release()};
  }

  void on(const Event& event) noexcept {
    const Step done = step(supervisor, event, steady_clock::now());
    supervisor = done.next;
    for (std::size_t i = 0; i < done.count; ++i) {
      match(done.effects[i], [this](const auto& effect) noexcept { act(effect); });
    }
  }
};

void wait(const UniqueFd& signals, const SupervisorLoop& loop) noexcept {
  std::array<pollfd, 2> waited{{{signals.get(), POLLIN, 0}, {loop.heartbeats.get(), POLLIN, 0}}};
  if (::poll(waited.data(), waited.size(), poll_timeout(loop.supervisor)) < 0) {
    // Out of kernel memory: try again, but not in a tight loop.
    const timespec pause{0, 10'000'000};
    ::nanosleep(&pause, nullptr);
  }
}

void drain(const UniqueFd& signals, SupervisorLoop& loop) noexcept {
  while (const auto signal = next_signal(signals)) {
    if (signal->number != SIGCHLD) {
      loop.on(*signal);
      continue;
    }
    // One SIGCHLD may stand for many children.
    while (const auto ended = reap()) {
      loop.on(*ended);
    }
  }
}

void hear(SupervisorLoop& loop) noexcept {
  std::array<char, 64> bytes{};
  const ssize_t got =
      loop.heartbeats ? ::read(loop.heartbeats.get(), bytes.data(), bytes.size()) : -1;
  for (ssize_t i = 0; i < got; ++i) {
    if (const auto event = event_of(bytes.at(static_cast<std::size_t>(i)))) {
      loop.on(*event);
    }
  }
  if (got == 0) {
    loop.heartbeats.reset();
  }
}

}  // namespace

Finish supervise(const UniqueFd& signals, const Supervisor& supervisor,
                 const Companions& companions, std::string_view aof) noexcept {
  SupervisorLoop loop{companions, supervisor};
  loop.aof = aof;
  while (!loop.status) {
    loop.on(DeadlinePassed{});
    wait(signals, loop);
    drain(signals, loop);
    hear(loop);
  }
  if (loop.supervisor.watcher.pid != 0) {
    signal_process(loop.supervisor.watcher.pid, SIGKILL);
  }
  if (loop.supervisor.after_end != AfterEnd::leave) {
    kill_remains(loop.supervisor.child);  // they would write into the files of the next server
  }
  return {*loop.status, loop.supervisor.stop_signal, loop.supervisor.after_end,
          loop.supervisor.crash.before, loop.aof_closed};
}

}  // namespace dkr
