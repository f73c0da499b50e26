#pragma once

#include <chrono>

namespace dkr {

using namespace std::chrono_literals;

/// Time-outs that nobody has a reason to change.

/// How long one round of questions to a group waits at first and, doubled each time, at last.
inline constexpr std::chrono::milliseconds first_patience = 250ms;
inline constexpr std::chrono::milliseconds longest_patience = 2s;
/// The same for a node that runs, once.
inline constexpr std::chrono::milliseconds running_patience = 500ms;
/// The same for the look-up of names: the C library asks a second name server after 5 s.
inline constexpr std::chrono::milliseconds longest_look_up = 16s;
/// Between two rounds, at first and, doubled each time, at last.
inline constexpr std::chrono::milliseconds first_pause = 50ms;
inline constexpr std::chrono::milliseconds longest_pause = 2s;
/// The longest pause of a data node, whose clients wait.
inline constexpr std::chrono::milliseconds longest_role_pause = 500ms;
/// Between two lines that say the same but for the details.
inline constexpr std::chrono::milliseconds detail_pause = 5s;
/// How long a new sentinel waits for servers that may know better, when one already answers.
inline constexpr std::chrono::milliseconds silent_wait = 10s;
/// Between two requests for a failover: the sentinels need as long to tell of one.
inline constexpr std::chrono::milliseconds failover_pause = 3s;
/// How old, at most, Sentinel's knowledge of a replica is when it picks one. Source: sentinel.c,
/// sentinelSendPeriodicCommands during a failover.
inline constexpr std::chrono::milliseconds sentinel_refresh = 1100ms;
/// What a handover takes where nothing is in its way, with a reserve.
inline constexpr std::chrono::milliseconds usual_handover = 1300ms;
/// Between two questions of a handover.
inline constexpr std::chrono::milliseconds step_pause = 5ms;
/// For how long a handover that refuses writes watches whether scripts write on.
inline constexpr std::chrono::milliseconds script_watch = 100ms;
/// What is left of the pause of the writes for the old master to become a replica.
inline constexpr std::chrono::milliseconds promotion_margin = 100ms;
/// How long `probe` waits for an answer.
inline constexpr std::chrono::milliseconds probe_patience = 2s;
/// From SIGTERM to SIGKILL of a task.
inline constexpr std::chrono::milliseconds task_stop_timeout = 1s;

}  // namespace dkr
