#pragma once

#include <chrono>

/// Every duration that is no setting: first what Sentinel, Redis and the C library do, which we
/// cannot change, then what we derive from it, and what holds between them.
namespace dkr {

using namespace std::chrono_literals;
using Duration = std::chrono::milliseconds;

// Facts of Sentinel. Source: sentinel.c.

/// Between two PINGs to the same server (SENTINEL_PING_PERIOD).
inline constexpr Duration sentinel_ping_interval = 1s;
/// Between two hello messages of one sentinel (SENTINEL_PUBLISH_PERIOD).
inline constexpr Duration sentinel_hello_interval = 2s;
/// Between two INFO questions to a replica during a failover (sentinelSendPeriodicCommands).
inline constexpr Duration sentinel_failover_info_interval = 1s;

// Facts of the C library.

/// Until it asks the second name server. Source: resolv.conf(5), timeout.
inline constexpr Duration name_server_timeout = 5s;

// A look at the group: how long servers and the name service may take to answer.

/// Of the first look of a start, and doubled each time up to the longest.
inline constexpr Duration first_look_timeout = 250ms;
inline constexpr Duration longest_look_timeout = 2s;
/// Of a look beside a running server, and of one command to it.
inline constexpr Duration running_look_timeout = 500ms;
/// Of the look-up of a name, at last.
inline constexpr Duration longest_resolve_timeout = 16s;
/// Between two looks of a start, at first and, doubled each time, at last.
inline constexpr Duration first_backoff = 50ms;
inline constexpr Duration longest_backoff = 2s;
/// The longest backoff of a data node, whose clients wait.
inline constexpr Duration longest_role_backoff = 500ms;
/// Between two log lines that differ in their details only.
inline constexpr Duration repeat_log_interval = 5s;

// The role at the start.

/// After this time without any master the first peer becomes one: long enough for all that start
/// together to see each other.
inline constexpr Duration bootstrap_grace = 2s;
/// For so long a replica waits for a master that may just be coming back too, and may have more:
/// once it runs, the sentinels can promote it. Where no other replica runs, and the master is not
/// even about to start (when it may wait for this one), REDIS_PEER_WAIT_MS holds.
inline constexpr Duration returning_master_grace = 5s;
/// For so long a named node waits for another one, which a sentinel may be promoting.
inline constexpr Duration promotion_grace = 3s;
/// Between two requests for a failover: the sentinels need as long to tell of one.
inline constexpr Duration failover_retry_interval = 3s;
/// For so long a new sentinel waits for servers that may know better, when one answers already.
inline constexpr Duration silent_server_grace = 10s;

// The role of a running node: for how long it and the sentinels have to disagree before one of them
// gives in, longer than a failover leaves them so.

/// Before the node follows them. The promoted replica is asked for its role once a second.
inline constexpr Duration own_role_grace = 1500ms;
/// Before the node sets the sentinels right, which tell each other every two seconds.
inline constexpr Duration sentinels_grace = 2500ms;
/// Before it sets a single one right, which learns from all the others.
inline constexpr Duration one_sentinel_grace = 5s;

// The fence.

/// It closes no later than this after most sentinels were last reached.
inline constexpr Duration longest_fence_after = 5s;
/// From a vote until a promotion is told by others than the sentinel that does it.
inline constexpr Duration vote_lifetime = 5s;
/// A master that a sentinel has not reached for so long may soon be held for down.
inline constexpr Duration longest_ping_gap = 1500ms;
/// A sentinel's word about its last PING that is older says nothing.
inline constexpr Duration freshest_ping_age = 2500ms;

// The handover.

/// For how long writes are kept off, at most: a server that is paused for longer than half of what
/// the sentinels call down may be taken for down.
inline constexpr Duration longest_write_pause = 2s;
/// How old Sentinel's knowledge of a replica is, at most, when it picks one.
inline constexpr Duration replica_info_age = 1100ms;
/// From the request of a failover to the promotion of a replica, with a reserve.
inline constexpr Duration usual_promotion = 380ms;
/// What a handover takes where nothing is in its way, with a reserve.
inline constexpr Duration usual_handover = 1300ms;
/// Between two questions of a handover.
inline constexpr Duration handover_poll_interval = 5ms;
/// For how long a handover that refuses writes watches whether scripts write on.
inline constexpr Duration script_watch_time = 100ms;
/// What is left of the pause of the writes for the old master to become a replica.
inline constexpr Duration demotion_reserve = 100ms;
/// For how long writes that a handover refuses are left to it: it ends sooner, unless it is killed.
inline constexpr Duration handover_grace = longest_write_pause + 1s;

// PID 1 and the watcher.

/// A watcher without a heartbeat for so long is killed.
inline constexpr Duration heartbeat_timeout = 2s;
/// Between its end and the next start, at first and, doubled each time, at last.
inline constexpr Duration first_watcher_backoff = 100ms;
inline constexpr Duration longest_watcher_backoff = 800ms;
/// One that has lived for so long starts with the first backoff again.
inline constexpr Duration stable_watcher_age = 10s;
/// From SIGTERM to SIGKILL of a child of ours.
inline constexpr Duration child_job_stop_timeout = 1s;
/// Crashes of the server within this time count together.
inline constexpr Duration crash_window = 60s;
/// A server that needs longer to load its AOF is not back soon.
inline constexpr Duration longest_quick_load = 1s;

// The watcher.

/// Between two polls: a quarter of the time after which a fence closes, within these.
inline constexpr Duration shortest_poll_interval = 100ms;
inline constexpr Duration longest_poll_interval = 1s;
/// How long an answer may take before the connection is made anew.
inline constexpr Duration server_timeout = 2s;
/// For how long the server may not answer, or refuse, before that is logged.
inline constexpr Duration failure_grace = 3s;
/// A master that is silent for so long hangs.
inline constexpr Duration hang_timeout = 3s;
/// How old the word of a sentinel may be where the role is concerned.
inline constexpr Duration sentinel_answer_lifetime = 5s;
/// Between two looks at the group while all is well, and when not, at first and, doubled each time,
/// at last.
inline constexpr Duration calm_look_interval = 10s;
inline constexpr Duration first_look_interval = 250ms;
inline constexpr Duration longest_look_interval = 1s;
/// A look, or the writing of the note, that takes longer is ended.
inline constexpr Duration watcher_job_timeout = 20s;
/// A sentinel that nobody speaks of is forgotten after this silence.
inline constexpr Duration silent_sentinel_lifetime = 30s;
/// Between two look-ups of the master that a replica follows by name.
inline constexpr Duration resolve_interval = 5s;
/// Between two notes in the volume.
inline constexpr Duration note_interval = 5s;

// Settings.

/// No setting takes a longer one.
inline constexpr Duration longest_setting = 24h;

// Health.

/// How long `probe` waits for an answer.
inline constexpr Duration probe_timeout = 2s;
/// An older answer of the server says nothing about now. Longer than most scripts and slow commands
/// take.
inline constexpr Duration answer_lifetime = 5s;
/// How long a client of the health port may be silent.
inline constexpr Duration idle_connection_timeout = 60s;
/// How long a probe may wait, after the start of the watcher, for it to know something.
inline constexpr Duration first_answer_timeout = 1s;

static_assert(heartbeat_timeout >= 2 * longest_poll_interval,
              "the watcher sends at least two heartbeats before it is killed");
static_assert(usual_handover + demotion_reserve < longest_write_pause,
              "a usual handover ends while the writes still wait");
static_assert(longest_poll_interval < replica_info_age,
              "the watcher sees the end of a handover before the next try refuses writes");
static_assert(usual_promotion < sentinel_failover_info_interval &&
                  replica_info_age > sentinel_failover_info_interval,
              "a sentinel that was asked for its role since has told it");
static_assert(own_role_grace > sentinel_failover_info_interval,
              "a promoted replica is asked for its role before the old master gives in");
static_assert(sentinels_grace > sentinel_hello_interval && sentinels_grace > own_role_grace &&
                  one_sentinel_grace > 2 * sentinel_hello_interval,
              "sentinels hear of a failover before they are set right");
static_assert(vote_lifetime > 2 * sentinel_hello_interval + sentinel_failover_info_interval - 1ms,
              "a promotion is told by others before a vote is forgotten");
static_assert(longest_ping_gap > sentinel_ping_interval && freshest_ping_age > longest_ping_gap,
              "a PING that is answered late is no gap yet");
static_assert(promotion_grace <= returning_master_grace &&
                  failover_retry_interval > sentinel_hello_interval,
              "a failover that was asked for is told before the next one is");
static_assert(longest_resolve_timeout > 2 * name_server_timeout,
              "a second name server gets its turn");
static_assert(longest_fence_after > longest_poll_interval * 4,
              "the fence looks at least four times before it closes");
static_assert(silent_sentinel_lifetime > watcher_job_timeout,
              "no sentinel is forgotten because one look was slow");

}  // namespace dkr
