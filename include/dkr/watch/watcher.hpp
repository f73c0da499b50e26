#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "dkr/core/fence.hpp"
#include "dkr/core/group.hpp"
#include "dkr/core/settings.hpp"
#include "dkr/core/state_note.hpp"
#include "dkr/platform/unique_fd.hpp"
#include "dkr/watch/health_port.hpp"

namespace dkr {

/// What a look at the group for a running node starts from.
struct LookOrder {
  NodeView own;
  std::string group;                   ///< whose data it is
  Identity identity;                   ///< by what the group knows the node
  std::string reason;                  ///< what the looks before have said
  std::chrono::milliseconds lasted{};  ///< for how long they have
};

/// What it answers.
struct LookReport {
  std::string reason;
  bool quiet = false;  ///< all is well
  std::vector<Endpoint> sentinels;
  std::vector<Endpoint> peers;
  std::vector<Endpoint> me;  ///< every endpoint that is this node; what it tells others comes first
};

std::string to_text(const LookReport& report);
/// Lines that are none are left out.
LookReport parse_look_report(std::string_view text);

/// What the watcher beside a sentinel works with.
struct SentinelOrders {
  Settings settings;
  Endpoint server;  ///< the sentinel, as this container reaches it
  HealthOrders health;
  std::function<void(std::string_view)> info;
  std::function<void(std::string_view)> warn;
};

/// Gives a sentinel its INFO period, which it forgets when it ends, and answers for its health
/// until it is ended. Source: SENTINEL DEBUG in sentinel.c.
int watch_sentinel(const SentinelOrders& orders, const UniqueFd& to_init);

/// What the watcher beside a data node works with.
struct WatchOrders {
  Settings settings;
  Endpoint server;           ///< our own, as this container reaches it
  std::vector<Endpoint> me;  ///< every endpoint that is this node, at first
  StateNote note;            ///< as the volume has it
  HealthOrders health;
  /// Looks, decides, and does what is to be done about the role; for a process of its own.
  std::function<LookReport(const LookOrder&)> look;
  /// Writes the note; for a process of its own.
  std::function<void(const StateNote&)> keep;
  std::function<void(std::string_view)> info;
  std::function<void(std::string_view)> warn;
};

/// What a watcher works with that has only the health endpoint to serve.
struct HealthWatchOrders {
  Settings settings;
  std::optional<Endpoint> server;  ///< an independent one; nothing: it does not run yet
  HealthOrders health;
};

/// Answers for the health of an independent server, or of one that is not there yet, until it is
/// ended.
int watch_health(const HealthWatchOrders& orders, const UniqueFd& to_init);

/// What the watcher writes to PID 1: that it lives, by what a crash would cost; a letter for each
/// Stake, in their order.
inline constexpr std::string_view watcher_words = ".mq";
inline constexpr char watcher_says_hung = 'h';

/// Watches one data node of a group until it is ended: keeps the note, has the role looked at,
/// works the fence. Tells PID 1 at least once in watch_silence / 2 that it lives and what a crash
/// of the server would cost, or that the server hangs as a master while most sentinels name
/// another.
int watch(const WatchOrders& orders, const UniqueFd& to_init);

}  // namespace dkr
