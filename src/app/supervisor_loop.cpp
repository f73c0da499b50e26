#include "dkr/app/supervisor_loop.hpp"

#include <poll.h>

#include <chrono>
#include <csignal>
#include <ctime>
#include <limits>
#include <optional>

#include "dkr/app/log.hpp"
#include "dkr/platform/process.hpp"
#include "dkr/platform/signals.hpp"

namespace dkr {
namespace {

using std::chrono::steady_clock;

/// Milliseconds that poll may wait; -1 for ever. Rounded up, so that Late is never early.
int patience(const Supervisor& supervisor) noexcept {
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

void wait(const UniqueFd& signals, const Supervisor& supervisor) noexcept {
  pollfd waited{signals.get(), POLLIN, 0};
  if (::poll(&waited, 1, patience(supervisor)) < 0) {
    // Out of kernel memory: try again, but not in a tight loop.
    const timespec pause{0, 10'000'000};
    ::nanosleep(&pause, nullptr);
  }
}

/// PID 1 at work: what it knows, and the code to leave with once that is known.
struct Life {
  Supervisor supervisor;
  std::optional<int> code;

  void act(const Effect& effect) noexcept {
    if (const auto* forward = std::get_if<Forward>(&effect)) {
      signal_process(supervisor.child, forward->number);
    } else if (const auto* exit = std::get_if<Exit>(&effect)) {
      code = exit->code;
    } else {
      kill_group(supervisor.child);
      log::error("the server did not end in time (REDIS_STOP_TIMEOUT_MS): SIGKILL");
    }
  }

  void on(const Event& event) noexcept {
    const Step done = step(supervisor, event, steady_clock::now());
    supervisor = done.next;
    for (std::size_t i = 0; i < done.count; ++i) {
      act(done.effects[i]);
    }
  }
};

void drain(const UniqueFd& signals, Life& life) noexcept {
  while (const auto signal = next_signal(signals)) {
    if (signal->number != SIGCHLD) {
      life.on(*signal);
      continue;
    }
    // One SIGCHLD may stand for many children.
    while (const auto ended = reap()) {
      life.on(*ended);
    }
  }
}

}  // namespace

Finish supervise(const UniqueFd& signals, const Supervisor& supervisor) noexcept {
  Life life{supervisor, std::nullopt};
  while (!life.code) {
    wait(signals, life.supervisor);
    drain(signals, life);
    life.on(Late{});
  }
  return {*life.code, life.supervisor.stop_signal};
}

}  // namespace dkr
