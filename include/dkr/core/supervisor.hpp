#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <variant>

#include "dkr/core/crash.hpp"
#include "dkr/core/time.hpp"

namespace dkr {

/// Where the life of the server stands.
enum class Phase {
  running,
  handing_over,  ///< told to end; what has to be done before is done by a task
  stopping,      ///< told to end; killed when its time is up
  killed,        ///< SIGKILL was sent
};

/// What PID 1 knows of the watcher beside the server.
struct Companionship {
  bool wanted = false;
  int pid = 0;      ///< 0: none runs
  TimePoint due{};  ///< when it is to be started, or, when one runs, to be heard of
  TimePoint began{};
  std::chrono::milliseconds pause{};  ///< before the next start
};

/// A watcher that is not heard of for so long is killed; it speaks at least twice in this time.
inline constexpr std::chrono::milliseconds watch_silence{2000};
/// Between its end and the next start, at first and, doubled each time, at last.
inline constexpr std::chrono::milliseconds first_watch_pause{100};
inline constexpr std::chrono::milliseconds longest_watch_pause{800};
/// One that has lived for so long is no sign of trouble.
inline constexpr std::chrono::milliseconds long_watch{10000};

/// What decides on the sequel of a crash.
struct CrashWatch {
  OnCrash wish = OnCrash::exit;
  Stake stake = Stake::nothing;  ///< as the watcher last told
  TimePoint told{};              ///< when it did
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
  CrashWatch crash = {};
  Sequel sequel = Sequel::leave;  ///< of the server's end
  Companionship watcher = {};
};

/// A signal that reached us.
struct Signalled {
  int number = 0;
  bool by_kernel = false;  ///< made by the terminal or the kernel, not sent by a process
  bool by_us = false;      ///< caused by our own write (SIGPIPE)
};

/// A status above this is that of a signal.
inline constexpr int signal_base = 128;

/// A process that ended and was reaped.
struct Ended {
  int pid = 0;
  int status = 0;  ///< its exit code, or 128+n when signal n ended it
};

/// A deadline may have passed.
struct Late {};

/// The watcher was started; 0: it could not be.
struct Watching {
  int pid = 0;
};

/// The watcher says that it lives, and what a crash of the server would cost now.
struct Beat {
  Stake stake = Stake::nothing;
};

/// The watcher says that the server hangs while another is master.
struct Hung {};

/// The handover was started; 0: it could not be.
struct HandingOver {
  int pid = 0;
};

using Event = std::variant<Signalled, Ended, Late, Watching, Beat, Hung, HandingOver>;

/// Pass a signal on to the server.
struct Forward {
  int number;
};
/// SIGKILL to the server and the children in its process group.
struct Kill {};
/// End with this code.
struct Exit {
  int code;
};

/// Start the watcher; Watching follows.
struct StartWatcher {};
/// SIGKILL to the watcher.
struct KillWatcher {
  int pid;
};

/// Start the handover; HandingOver follows.
struct StartHandover {};
/// SIGKILL to the handover.
struct KillHandover {
  int pid;
};

using Effect =
    std::variant<Forward, Kill, Exit, StartWatcher, KillWatcher, StartHandover, KillHandover>;

/// What to do and what to remember.
struct Step {
  static constexpr std::size_t most_effects = 4;

  Supervisor next;
  std::array<Effect, most_effects> effects{Forward{0}, Forward{0}, Forward{0}, Forward{0}};
  std::size_t count = 0;
};

/// Decides on one event. Every signal but SIGCHLD is passed on, also the second SIGTERM; only the
/// job-control stops that the terminal makes are not, for init must never stop. The first SIGTERM
/// or SIGINT starts the stop time-out. The end of the server is the only thing that ends us. A
/// watcher that ends or falls silent is started anew; the server never notices. Where something has
/// to be handed over the server is told to end when that is done, has taken half of the stop
/// time-out, or we are told again. What follows the end of a
/// server that hangs or crashes is Supervisor::sequel.
Step step(const Supervisor& now, const Event& event, TimePoint time) noexcept;

/// When Late is due, if ever.
std::optional<TimePoint> deadline(const Supervisor& supervisor) noexcept;

}  // namespace dkr
