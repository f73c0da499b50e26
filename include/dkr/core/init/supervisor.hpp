#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <variant>

#include "dkr/core/base/time.hpp"
#include "dkr/core/base/timing.hpp"
#include "dkr/core/init/crash.hpp"

namespace dkr {

/// Where the life of the server stands.
enum class Phase {
  running,
  handing_over,  ///< told to end; what has to be done before is done by a task
  stopping,      ///< told to end; killed when its time is up
  killed,        ///< SIGKILL was sent
};

/// What PID 1 knows of the watcher beside the server.
struct WatcherState {
  bool wanted = false;
  int pid = 0;      ///< 0: none runs
  TimePoint due{};  ///< when it is to be started, or, when one runs, to be heard of
  TimePoint began{};
  std::chrono::milliseconds pause{};  ///< before the next start
};

/// What decides what follows a crash.
struct CrashPolicy {
  OnCrash policy = OnCrash::exit;
  CrashCost cost = CrashCost::nothing;  ///< as the watcher last told
  TimePoint told{};                     ///< when it did
  Crashes before = {};
};

/// All that PID 1 knows while the server, or the task before it, runs.
struct Supervisor {
  int child = 0;  ///< process id of the server
  std::chrono::milliseconds stop_timeout{};
  Phase phase = Phase::running;
  TimePoint kill_at{};      ///< meaningful once told to end
  bool hands_over = false;  ///< something has to be done before it is told to end
  int handover = 0;         ///< the task that does it
  TimePoint handover_by{};  ///< when that is ended
  int stop_signal = 0;      ///< what we were told to stop by; 0: we were not
  CrashPolicy crash = {};
  AfterEnd after_end = AfterEnd::leave;  ///< of the server's end
  WatcherState watcher = {};
};

/// A signal that reached us.
struct SignalReceived {
  int number = 0;
  bool by_kernel = false;  ///< made by the terminal or the kernel, not sent by a process
  bool by_us = false;      ///< caused by our own write (SIGPIPE)
};

/// A status above this is that of a signal.
inline constexpr int signal_base = 128;

/// A process that ended and was reaped.
struct ProcessEnded {
  int pid = 0;
  int status = 0;  ///< its exit status, or 128+n when signal n ended it
};

/// A deadline may have passed.
struct DeadlinePassed {};

/// The watcher was started; 0: it could not be.
struct WatcherStarted {
  int pid = 0;
};

/// The watcher says that it lives, and what a crash of the server would cost now.
struct Heartbeat {
  CrashCost cost = CrashCost::nothing;
};

/// The watcher says that the server hangs while another is master.
struct ServerHung {};

/// The handover was started; 0: it could not be.
struct HandoverStarted {
  int pid = 0;
};

using Event = std::variant<SignalReceived, ProcessEnded, DeadlinePassed, WatcherStarted, Heartbeat,
                           ServerHung, HandoverStarted>;

/// Pass a signal on to the server.
struct ForwardSignal {
  int number = 0;
};
/// SIGKILL to the server and the children in its process group.
struct KillServer {};
/// End with this status.
struct Exit {
  int status;
};

/// Start the watcher; Watching follows.
struct StartWatcher {};
/// SIGKILL to the watcher.
struct KillWatcher {
  int pid;
};

/// Start the handover; HandoverStarted follows.
struct StartHandover {};
/// SIGKILL to the handover.
struct KillHandover {
  int pid;
};

using Effect = std::variant<ForwardSignal, KillServer, Exit, StartWatcher, KillWatcher,
                            StartHandover, KillHandover>;

/// What to do and what to remember.
struct Step {
  static constexpr std::size_t most_effects = 4;

  Supervisor next;
  std::array<Effect, most_effects> effects{};
  std::size_t count = 0;
};

/// Decides on one event. Every signal but SIGCHLD is passed on, also the second SIGTERM; only the
/// job-control stops that the terminal makes are not, for init must never stop. The first SIGTERM
/// or SIGINT starts the stop time-out. The end of the server is the only thing that ends us. A
/// watcher that ends or falls silent is started again; the server never notices. Where something
/// has to be handed over the server is told to end when that is done, has taken half of the stop
/// time-out, or we are told again. What follows the end of a
/// server that hangs or crashes is Supervisor::after_end.
Step step(const Supervisor& now, const Event& event, TimePoint time) noexcept;

/// When Late is due, if ever.
std::optional<TimePoint> deadline(const Supervisor& supervisor) noexcept;

}  // namespace dkr
