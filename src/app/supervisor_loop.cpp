#include "dkr/app/supervisor_loop.hpp"

#include <poll.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <ctime>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

#include "dkr/app/log.hpp"
#include "dkr/platform/process.hpp"
#include "dkr/platform/signals.hpp"
#include "dkr/watch/watcher.hpp"

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

/// 0: it could not be started.
int pid_of(const Result<Task>& task) noexcept {
  return task ? task->pid : 0;
}

/// PID 1 at work: what it knows, and the code to leave with once that is known.
struct Life {
  const Beside& beside;
  Supervisor supervisor;
  UniqueFd beats = {};  ///< what the watcher writes
  std::optional<int> code = {};

  void act(const Effect& effect) noexcept {
    if (const auto* forward = std::get_if<Forward>(&effect)) {
      signal_process(supervisor.child, forward->number);
    } else if (const auto* exit = std::get_if<Exit>(&effect)) {
      code = exit->code;
    } else if (std::get_if<StartHandover>(&effect) != nullptr) {
      on(HandingOver{pid_of(start_companion(beside.handover))});
    } else if (const auto* late = std::get_if<KillHandover>(&effect)) {
      signal_process(late->pid, SIGKILL);
    } else if (std::get_if<StartWatcher>(&effect) != nullptr) {
      on(start_watcher());
    } else if (const auto* kill = std::get_if<KillWatcher>(&effect)) {
      log::warn("the watcher is silent: SIGKILL");
      signal_process(kill->pid, SIGKILL);
    } else {
      kill_group(supervisor.child);
      log::error(supervisor.sequel == Sequel::restart
                     ? "the server hangs, and another is master: SIGKILL"
                     : "the server did not end in time (REDIS_STOP_TIMEOUT_MS): SIGKILL");
    }
  }

  Watching start_watcher() noexcept {
    if (supervisor.watcher.began != TimePoint{}) {
      log::warn("the watcher is started anew");
    }
    auto task = start_companion(beside.watcher);
    if (!task) {
      log::error("the watcher: " + task.error().text);
      return {};
    }
    beats = std::move(task->answer);
    return {task->pid};
  }

  void on(const Event& event) noexcept {
    const Step done = step(supervisor, event, steady_clock::now());
    supervisor = done.next;
    for (std::size_t i = 0; i < done.count; ++i) {
      act(done.effects[i]);
    }
  }
};

void wait(const UniqueFd& signals, const Life& life) noexcept {
  std::array<pollfd, 2> waited{{{signals.get(), POLLIN, 0}, {life.beats.get(), POLLIN, 0}}};
  if (::poll(waited.data(), waited.size(), patience(life.supervisor)) < 0) {
    // Out of kernel memory: try again, but not in a tight loop.
    const timespec pause{0, 10'000'000};
    ::nanosleep(&pause, nullptr);
  }
}

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

Stake stake_in(char word) noexcept {
  const auto at = watcher_words.find(word);
  return at == std::string_view::npos ? Stake::nothing : static_cast<Stake>(at);
}

void hear(Life& life) noexcept {
  std::array<char, 64> words{};
  const ssize_t got = life.beats ? ::read(life.beats.get(), words.data(), words.size()) : -1;
  if (got > 0) {
    life.on(Beat{stake_in(words.at(static_cast<std::size_t>(got) - 1))});
    if (std::find(words.begin(), words.begin() + got, watcher_says_hung) != words.begin() + got) {
      life.on(Hung{});
    }
  } else if (got == 0) {
    life.beats.reset();
  }
}

}  // namespace

Finish supervise(const UniqueFd& signals, const Supervisor& supervisor,
                 const Beside& beside) noexcept {
  Life life{beside, supervisor};
  while (!life.code) {
    life.on(Late{});
    wait(signals, life);
    drain(signals, life);
    hear(life);
  }
  if (life.supervisor.watcher.pid != 0) {
    signal_process(life.supervisor.watcher.pid, SIGKILL);
  }
  if (life.supervisor.sequel != Sequel::leave) {
    kill_remains(life.supervisor.child);  // they would write into the files of the next one
  }
  return {*life.code, life.supervisor.stop_signal, life.supervisor.sequel,
          life.supervisor.crash.before};
}

}  // namespace dkr
