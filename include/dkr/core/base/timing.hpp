#pragma once

#include <chrono>

/// Every duration that is not a setting: first the timings of Sentinel and the C library, which we
/// cannot change, then those derived from them, and what must hold between them.
namespace dkr {

using namespace std::chrono_literals;
using Duration = std::chrono::milliseconds;

// Timings of Sentinel. Source: sentinel.c.

/// Interval between two PINGs to the same server (SENTINEL_PING_PERIOD).
inline constexpr Duration sentinel_ping_interval = 1s;
/// Interval between two hello messages of one sentinel (SENTINEL_PUBLISH_PERIOD).
inline constexpr Duration sentinel_hello_interval = 2s;
/// INFO interval of a replica during a failover (sentinelSendPeriodicCommands).
inline constexpr Duration sentinel_failover_info_interval = 1s;

// Timings of the C library.

/// Timeout before the second name server is asked. Source: resolv.conf(5), timeout.
inline constexpr Duration name_server_timeout = 5s;

// A look at the group: how long servers and the name service may take to answer.

/// Timeout of a look at a start; it doubles from the first to the longest.
inline constexpr Duration first_look_timeout = 250ms;
inline constexpr Duration longest_look_timeout = 2s;
/// How long a connection to an address may take that could lead back here, and how often a waiting
/// node tries such addresses.
inline constexpr Duration own_way_limit = 200ms;
inline constexpr Duration own_way_interval = 5s;
/// Timeout of a look beside a running server, and of one command to that server.
inline constexpr Duration running_look_timeout = 500ms;
/// Longest time in which the server's check program says which formats it reads; some runs of
/// some milliseconds.
inline constexpr Duration longest_format_question = 5s;
/// By how much the second that an RDB tells may be later than its data: whole seconds, read by the
/// process that saves, some time after it was forked.
inline constexpr Duration rdb_time_slack = 2s;
/// Longest timeout of a name look-up.
inline constexpr Duration longest_resolve_timeout = 16s;
/// Backoff between two looks at a start; it doubles from the first to the longest.
inline constexpr Duration first_backoff = 50ms;
inline constexpr Duration longest_backoff = 2s;
/// Longest backoff of a data node, whose clients are waiting.
inline constexpr Duration longest_role_backoff = 500ms;
/// How long `doctor` waits before it looks again at what may be a failover, a start or a stop.
inline constexpr Duration second_look_pause = 3s;
/// Interval between two log lines that differ only in their details.
inline constexpr Duration repeat_log_interval = 5s;

// The volume at the start.

/// How long a start waits for another container that still uses the volume.
inline constexpr Duration volume_lock_grace = 5s;
inline constexpr Duration lock_retry_interval = 100ms;

// The role at a start.

/// Grace period without any master before the first peer becomes one: long enough for nodes that
/// start together to see each other.
inline constexpr Duration bootstrap_grace = 2s;
/// How long a replica waits for a master that may be coming back, too, and may have more data: once
/// the replica runs, the sentinels can promote it. REDIS_PEER_WAIT_MS applies instead if no other
/// replica runs.
inline constexpr Duration returning_master_grace = 5s;
/// The same for a master whose container has started: it may be waiting for this node.
inline constexpr Duration waiting_master_grace = 500ms;
/// How long a named node waits for another one that a sentinel may be promoting.
inline constexpr Duration promotion_grace = 3s;
/// Interval between two requests for a failover: the sentinels need this long to report one.
inline constexpr Duration failover_retry_interval = 3s;
/// How long a new sentinel waits for silent servers that may know better than those that answer.
inline constexpr Duration silent_server_grace = 10s;
/// How long a sentinel that knows its master waits for that host, or for another sentinel, to be
/// there: an orchestrator that brings everything back needs several seconds from one container to
/// the last, and until their names have an address.
inline constexpr Duration returning_host_grace = 20s;

// The role of a running node: how long it and the sentinels must disagree before one of them gives
// in. This is longer than a failover makes them disagree.

/// Grace period before the node follows the sentinels, which ask a promoted replica for its role
/// once a second.
inline constexpr Duration own_role_grace = 1500ms;
/// Grace period before the node corrects the sentinels, which tell each other every two seconds.
inline constexpr Duration sentinels_grace = 2500ms;
/// Grace period before the node corrects a single sentinel, which learns from all the others.
inline constexpr Duration one_sentinel_grace = 5s;

/// How long another node may hold a replica back: longer than a handover, and until a watcher
/// restores what one that was killed has left.
inline constexpr Duration held_back_grace = 10s;

// The fence.

/// The fence closes at most this long after most sentinels were last reached.
inline constexpr Duration longest_fence_after = 5s;
/// How old the last report of a linked replica may be. It reports once a second, and the server
/// counts whole seconds.
inline constexpr std::chrono::seconds guard_lag = 2s;
/// A guarded server refuses writes at most this long after it has lost a replica: it counts its
/// replicas once a second.
inline constexpr Duration guard_reaction = 2 * guard_lag;
/// How long a guard waits for its note to be written.
inline constexpr Duration guard_note_grace = 1s;
/// A failover that has promoted nobody for so long has lost the replica that it had chosen;
/// Sentinel gives it up after failover-timeout only.
inline constexpr Duration hung_failover_grace = 10s;
/// How long a vote counts: by then, sentinels other than the promoting one report the promotion.
inline constexpr Duration vote_lifetime = 5s;
/// A sentinel that has not reached its master for longer may soon consider it down.
inline constexpr Duration longest_ping_gap = 1500ms;
/// A sentinel reaches its master only if the last answered PING is at most this old.
inline constexpr Duration freshest_ping_age = 2500ms;

// The pause of a group.

/// How long after the end of a pause the sentinels get their quorum back: by then the fence of
/// every node counts again, also of one whose clock is late.
inline constexpr Duration pause_slack = 10s;
/// How long sentinels must disagree on a pause before a node makes them agree: longer than the
/// command needs that tells them of it, and shorter than a sentinel that has just started needs to
/// find a master down.
inline constexpr Duration pause_grace = 2500ms;
/// How often a sentinel's watcher asks for pauses where there is no health endpoint.
inline constexpr Duration pause_look_interval = 5s;

// The handover.

/// Longest pause of writes. A server that is paused for more than half of the time after which the
/// sentinels consider it down may be taken for down.
inline constexpr Duration longest_write_pause = 2s;
/// Greatest age of what Sentinel knows about a replica when it picks one.
inline constexpr Duration replica_info_age = 1100ms;
/// Time from the request of a failover to the promotion of a replica, with a reserve.
inline constexpr Duration usual_promotion = 380ms;
/// Duration of a handover that nothing delays, with a reserve.
inline constexpr Duration usual_handover = 1300ms;
/// Poll interval of a handover.
inline constexpr Duration handover_poll_interval = 5ms;
/// How long a handover that refuses writes watches for scripts that still write.
inline constexpr Duration script_watch_time = 100ms;
/// Part of the write pause that is reserved for the old master to become a replica.
inline constexpr Duration demotion_reserve = 100ms;
/// How long a handover may refuse writes before we restore them. It ends sooner unless killed.
inline constexpr Duration handover_grace = longest_write_pause + 1s;

// The identity of a sentinel.

/// How long it counts that an address has said hello: several times as long as until the next one.
inline constexpr Duration hello_memory = 5 * sentinel_hello_interval;
/// How long a sentinel waits for another one with its identity to give that up.
inline constexpr Duration identity_grace = 20s;

// Servers that are gone, and are to be forgotten.

/// Time between two sentinels of a group that forget servers.
inline constexpr Duration prune_interval = 30s;
/// How long a sentinel may take to know all that live again, after it has forgotten a replica.
inline constexpr Duration relearn_timeout = 10s;

// PID 1 and the watcher.

/// A watcher without a heartbeat for this long is killed.
inline constexpr Duration heartbeat_timeout = 2s;
/// Backoff before the watcher is restarted; it doubles from the first to the longest.
inline constexpr Duration first_watcher_backoff = 100ms;
inline constexpr Duration longest_watcher_backoff = 800ms;
/// A watcher that has lived this long is restarted with the first backoff.
inline constexpr Duration stable_watcher_age = 10s;
/// A stop signal repeated within this time is the same wish: an engine that removes a container by
/// force may send it twice at once.
inline constexpr Duration signal_burst = 1s;
/// Time from SIGTERM to SIGKILL for a child of ours.
inline constexpr Duration child_job_stop_timeout = 1s;
/// Crashes of the server within this time are counted together.
inline constexpr Duration crash_window = 60s;
/// A server that needs longer to load its AOF is not back quickly.
inline constexpr Duration longest_quick_load = 1s;

// The watcher.

/// Limits of the poll interval, which is a quarter of the time after which a fence closes.
inline constexpr Duration shortest_poll_interval = 100ms;
inline constexpr Duration longest_poll_interval = 1s;
/// Timeout of an answer, after which the connection is opened anew.
inline constexpr Duration server_timeout = 2s;
/// Grace period before it is logged that the server does not answer or refuses.
inline constexpr Duration failure_grace = 3s;
/// A master that has been silent for this long hangs.
inline constexpr Duration hang_timeout = 3s;
/// How long an answer of a sentinel counts in decisions about the role.
inline constexpr Duration sentinel_answer_lifetime = 5s;
/// Interval between two looks at the group while all is well; otherwise it doubles from the first
/// to the longest.
inline constexpr Duration calm_look_interval = 10s;
inline constexpr Duration first_look_interval = 250ms;
inline constexpr Duration longest_look_interval = 1s;
/// Timeout of a background job of the watcher, such as a look or writing the note.
inline constexpr Duration watcher_job_timeout = 20s;
/// A sentinel that no server reports any more is forgotten after this silence.
inline constexpr Duration silent_sentinel_lifetime = 30s;
/// Interval between two look-ups of the master that a replica follows by name.
inline constexpr Duration resolve_interval = 5s;
/// Interval between two reads of the groups file.
inline constexpr Duration groups_file_interval = 1s;
/// How long a look for the masters of new groups begins with another group.
inline constexpr Duration first_masters_limit = 8s;
/// Time until a sentinel is told again what it has refused, or what somebody has undone.
inline constexpr Duration group_order_interval = 10s;
/// Interval between two writes of the note.
inline constexpr Duration note_interval = 5s;

// Settings.

/// Longest duration that a setting accepts.
inline constexpr Duration longest_setting = 24h;

// Health.

/// How long `probe` waits for an answer.
inline constexpr Duration probe_timeout = 2s;
/// How long an answer of the server counts as current. Longer than most scripts and slow commands
/// take.
inline constexpr Duration answer_lifetime = 5s;
/// How long a client of the health port may be idle.
inline constexpr Duration idle_connection_timeout = 60s;
/// How long a probe waits after the start of the watcher for the first result.
inline constexpr Duration first_answer_timeout = 1s;

// The status.

/// Interval between the end of a look and the next one, while the screen is watched.
inline constexpr Duration status_interval = 1s;
/// Timeout of an answer while the screen is watched.
inline constexpr Duration watched_look_timeout = 1s;
/// Longest duration of a look at all groups of a screen.
inline constexpr Duration longest_status_look = 30s;

static_assert(heartbeat_timeout > 2 * running_look_timeout + longest_poll_interval - 1ms,
              "a watcher sends its first heartbeat in time, also while no name is found");
static_assert(heartbeat_timeout >= 2 * longest_poll_interval,
              "the watcher sends at least two heartbeats before it is killed");
static_assert(usual_handover + demotion_reserve < longest_write_pause,
              "a usual handover ends while the writes still wait");
static_assert(longest_poll_interval < replica_info_age,
              "the watcher sees the end of a handover before the next try refuses writes");
static_assert(usual_promotion < sentinel_failover_info_interval &&
                  replica_info_age > sentinel_failover_info_interval,
              "a sentinel that was asked for its role since has told it");
static_assert(second_look_pause > sentinel_hello_interval,
              "at a second look all sentinels have heard of a failover");
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
static_assert(guard_reaction >= guard_lag + 2s,
              "whole seconds, and a look once a second, are both in the time of a guard");
static_assert(first_masters_limit + 5 * longest_look_timeout < watcher_job_timeout,
              "a look for the masters of new groups ends in time");
static_assert(prune_interval > relearn_timeout + calm_look_interval,
              "who has forgotten servers knows the others again before the next one forgets any");
static_assert(silent_sentinel_lifetime > watcher_job_timeout,
              "no sentinel is forgotten because one look was slow");

}  // namespace dkr
