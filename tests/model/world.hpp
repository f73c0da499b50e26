#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "node_state.hpp"
#include "sentinel_state.hpp"

// A group of data nodes and sentinels, half second by half second. The decisions are the real ones
// of dkr_core; everything around them that is ours (what the rooms group, watch and app do between
// two decisions) is driven here as they drive it, and what is not ours (Sentinel, replication, the
// disk, clients) follows a few rules.
//
// What the model cannot express:
// - anything shorter than half a second: the 50 to 95 ms between +selected-slave and a promotion
//   (a sentinel's alarm is what it says when it is asked), a sentinel's random delay (they act in
//   the order of their numbers), the seconds in which a server counts the lag of its replicas; a
//   handover has a longer pause here, for each of its steps takes a tick;
// - processes: a task or a watcher that blocks (only: it does not run), signals to the server from
//   others, two containers on one volume (finding 15: no decision of ours is asked);
// - looks that take long: a look here is a moment, so nothing is acted on that is out of date;
// - the order of loading: servers load and copy in whole ticks, and all of them equally fast;
// - rights, ports, TLS, the spelling of addresses, services that lead to any sentinel (finding 21
//   only by what it does to the note, 25 and most of 27 not);
// - settings of a sentinel (13c), and other groups but for their votes (24b);
// - a copy of all data that breaks off half-way, Redis before 6.2, REDIS_MASTER_HOST, REDIS_JOIN,
//   REDIS_ACCEPT_DATA_LOSS, REDIS_ON_CRASH other than auto.
// What the rooms around the core do on their own is a model, too, and has to be changed with them:
// the order of a look, of a handover and of a promotion, and what a look tells the watcher.
namespace dkr::model {

/// Hosts are numbered: data nodes first, then sentinels.
inline constexpr Index most_hosts = 8;

/// What is wrong with a host for now; each until a time.
struct Troubles {
  Tick dns = 0;       ///< its name service is silent
  Tick volume = 0;    ///< its volume hangs
  Tick password = 0;  ///< it and the other data nodes refuse each other
  Tick locked = 0;    ///< its own watcher is refused
};

struct World {
  Parameters parameters;
  Tick now = 0;
  std::vector<Node> nodes;
  std::vector<Sentinel> sentinels;
  /// How many faults keep one host from connecting to another.
  std::array<std::array<int, most_hosts>, most_hosts> blocked = {};
  std::array<Troubles, most_hosts> troubles = {};
  std::vector<Volume> snapshots;  ///< of all volumes, from the beginning
  Index next_write = 0;
  std::array<Tick, 256> written_at = {};
  int next_id = 0;                       ///< of a history or a run
  std::optional<Index> emptied_by = {};  ///< the last write that took every key away
  Tick drained_until = 0;                ///< clients take everything away
  Tick reset_at = long_ago;
  Tick foreign_vote = long_ago;
  Tick disturbed = 0;                         ///< when a fault last began or ended
  Tick forced_failover = long_ago;            ///< when one was last asked for by hand
  std::vector<std::string>* diary = nullptr;  ///< what happens, for a person
  std::vector<std::string> wiped;             ///< copies that dropped writes nobody else has
  Writes excused;                             ///< writes that may be lost
  Writes safe;                                ///< writes that must not be lost any more

  [[nodiscard]] TimePoint time() const { return TimePoint{} + 1h + now * 500ms; }
  [[nodiscard]] Index host_of_sentinel(Index sentinel) const { return nodes.size() + sentinel; }
  [[nodiscard]] Index hosts() const { return nodes.size() + sentinels.size(); }
  /// Whether one host can connect to another.
  [[nodiscard]] bool can(Index from, Index to) const { return blocked.at(from).at(to) == 0; }
  [[nodiscard]] bool is_down_for(Tick since, Tick seconds) const {
    return now - since > seconds * second;
  }
  void tell(const std::string& line);
  std::string new_id(const char* kind);
};

/// A group that has been running for long.
World make_world(const Parameters& parameters);

/// The data node behind an address or a name; nobody: there is none.
Index node_at(const World& world, const Endpoint& at);
Index sentinel_at(const World& world, const Endpoint& at);
/// How the group calls a node: by its name or its address.
Endpoint called(const World& world, Index node);
/// How this endpoint is called where the group goes by names.
Endpoint by_name(const World& world, const Endpoint& at);
/// Every endpoint that is this node, the one that it tells others first.
std::vector<Endpoint> endpoints_of(const World& world, Index node);

/// Whether a server answers a host: it is up, and the way there is free.
bool answers(const World& world, Index from_host, Index node);

}  // namespace dkr::model
