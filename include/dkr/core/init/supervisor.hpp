#pragma once

#include <array>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <optional>
#include <variant>

#include "dkr/core/base/time.hpp"
#include "dkr/core/base/timing.hpp"
#include "dkr/core/init/crash.hpp"

namespace dkr {

/// The state of the server.
enum class Phase {
  running,
  handing_over,  ///< we were told to stop, and a handover runs first
  stopping,      ///< the server was told to stop; killed at the stop timeout
  killed,        ///< SIGKILL was sent
};

/// What PID 1 knows about the watcher beside the server.
struct WatcherState {
  bool wanted = false;
  int pid = 0;      ///< 0: not running
  TimePoint due{};  ///< when to start it or, if it runs, when its next heartbeat is due
  TimePoint began{};
  std::chrono::milliseconds pause{};  ///< backoff before the next start
};

/// What decides what follows a crash.
struct CrashPolicy {
  OnCrash policy = OnCrash::exit;
  CrashCost cost = CrashCost::nothing;  ///< as last reported by the watcher
  TimePoint told{};                     ///< when it was reported
  Crashes before = {};
};

/// Everything that PID 1 knows while the server, or the task before it, runs.
struct Supervisor {
  int child = 0;  ///< process id of the server
  std::chrono::milliseconds stop_timeout{};
  Phase phase = Phase::running;
  TimePoint kill_at{};      ///< valid once we were told to stop
  bool hands_over = false;  ///< a handover comes first, and the server is deaf to SIGTERM
  int handover = 0;         ///< process id of the handover; 0: not running
  TimePoint handover_by{};  ///< when the handover is killed
  int stop_signal = 0;      ///< signal that told us to stop; 0: none
  CrashPolicy crash = {};
  AfterEnd after_end = AfterEnd::leave;  ///< what follows the end of the server
  WatcherState watcher = {};
};

/// A signal that we received.
struct SignalReceived {
  int number = 0;
  bool by_kernel = false;  ///< raised by the terminal or the kernel, not sent by a process
  bool by_us = false;      ///< caused by our own write (SIGPIPE)
};

/// What a server that is deaf to SIGTERM is told to stop by. Once only: at a second one Redis exits
/// without saving. Source: sigShutdownHandler() in server.c.
inline constexpr int deaf_server_stop = SIGINT;

/// True for what engines and service managers stop a container by: SIGTERM, SIGINT, SIGQUIT, SIGPWR
/// and SIGRTMIN+3. The server knows the first two only.
bool is_stop(int number) noexcept;

/// True for a signal that ends a server that gets it, in one way or another.
bool ends_server(int number) noexcept;

/// An exit status above this stands for a signal.
inline constexpr int signal_base = 128;

/// A process that ended and was reaped.
struct ProcessEnded {
  int pid = 0;
  int status = 0;  ///< its exit status, or 128+n when signal n ended it
};

/// A deadline may have passed.
struct DeadlinePassed {};

/// The watcher was started; pid 0: it could not be.
struct WatcherStarted {
  int pid = 0;
};

/// The watcher is alive, and says what a crash of the server would cost now.
struct Heartbeat {
  CrashCost cost = CrashCost::nothing;
};

/// The watcher says that the server hangs while another node is master.
struct ServerHung {};

/// The watcher says that another sentinel has the identity of this one.
struct IdentityTaken {};

/// The handover was started; pid 0: it could not be.
struct HandoverStarted {
  int pid = 0;
};

using Event = std::variant<SignalReceived, ProcessEnded, DeadlinePassed, WatcherStarted, Heartbeat,
                           ServerHung, IdentityTaken, HandoverStarted>;

/// Pass a signal on to the server.
struct ForwardSignal {
  int number = 0;
};
/// Send SIGKILL to the server and the children in its process group.
struct KillServer {};
/// Exit with this status.
struct Exit {
  int status;
};

/// Start the watcher; WatcherStarted follows.
struct StartWatcher {};
/// Send SIGKILL to the watcher.
struct KillWatcher {
  int pid;
};

/// Start the handover; HandoverStarted follows.
struct StartHandover {};
/// Send SIGKILL to the handover.
struct KillHandover {
  int pid;
};

using Effect = std::variant<ForwardSignal, KillServer, Exit, StartWatcher, KillWatcher,
                            StartHandover, KillHandover>;

/// The next state, and the effects to carry out.
struct Step {
  static constexpr std::size_t most_effects = 4;

  Supervisor next;
  std::array<Effect, most_effects> effects{};
  std::size_t count = 0;
};

/// Decides on one event. Every signal but SIGCHLD is passed on, and one by which a server cannot be
/// stopped as SIGTERM; only job-control stops from the terminal are not, because PID 1 must never
/// stop, and the same stop signal once more within signal_burst, which is one wish. The first
/// signal that is_stop(), or of a server that is handed over one that ends_server(), starts the
/// stop timeout. Only the end of the server ends us. A watcher that ends or falls silent is
/// restarted; the server never notices. If a handover comes first, the server is told to stop when
/// that is done, has taken half of the stop timeout, or we are told again. It is told by
/// deaf_server_stop: a SIGTERM to all processes of the container must not make it stop before it is
/// handed over. Supervisor::after_end says what follows the end of a server that hangs or crashes,
/// and of a sentinel that is told to end because another has its identity.
Step step(const Supervisor& now, const Event& event, TimePoint time) noexcept;

/// Returns when DeadlinePassed is due; nullopt if never.
std::optional<TimePoint> deadline(const Supervisor& supervisor) noexcept;

}  // namespace dkr
