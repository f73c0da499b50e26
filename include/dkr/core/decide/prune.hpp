#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/base/time.hpp"
#include "dkr/core/view/group_view.hpp"

namespace dkr {

/// A server that a sentinel calls down, and that is proven to be gone.
struct GoneServer {
  Endpoint at;
  std::string id;         ///< of a sentinel; empty: a replica
  bool replaced = false;  ///< another sentinel answers there; else its name or address is gone
};

inline auto fields_of(const GoneServer& gone) {
  const auto& [at, id, replaced] = gone;
  return std::tie(at, id, replaced);
}

/// A look at a group that a sentinel may forget servers of.
struct PruneLook {
  SentinelView own;                       ///< what that sentinel says
  std::vector<SentinelView> others = {};  ///< what those say that it knows, unless it calls nobody
                                          ///< down: then nobody else is asked
  std::vector<GoneServer> gone = {};
  bool master_lives = false;  ///< the master that it names says that it is one
};

inline auto fields_of(const PruneLook& look) {
  const auto& [own, others, gone, master_lives] = look;
  return std::tie(own, others, gone, master_lives);
}

/// Why servers are forgotten, or not.
enum class PruneReason {
  nobody_down,      ///< the sentinel calls nobody down
  unproven,         ///< one is down, and may come back
  lately,           ///< it has not been gone for long enough
  master_missed,    ///< the master is not well, or a sentinel has not reached it lately
  failing_over,     ///< a failover runs
  paused,           ///< an operator works
  sentinel_silent,  ///< a sentinel that is not gone does not answer
  differ,           ///< a sentinel names another master
  relearning,       ///< a sentinel does not know all the others that live
  minority,         ///< those that stay are no majority of those that there were
  others_turn,      ///< another sentinel forgets first
  between,          ///< another sentinel has forgotten servers a moment ago
  forgets,
};
constexpr PruneReason last_of(PruneReason /*type*/) {
  return PruneReason::forgets;
}

/// Whom a sentinel forgets now; nobody, unless the reason is `forgets`.
struct PruneVerdict {
  PruneReason reason = PruneReason::nobody_down;
  Endpoint about = {};  ///< the server that the reason is about
  std::vector<KnownServer> sentinels = {};
  std::vector<Endpoint> replicas = {};
};

/// What a watcher remembers of the servers that its sentinel knows, from look to look.
struct PruneMemory {
  struct Server {
    bool seen = false;  ///< it was alive in a look, or has come since the first
    std::optional<TimePoint> gone_since = {};
    bool replaced = false;
  };

  std::map<std::string, Server> servers = {};
  std::size_t most_alive = 0;  ///< sentinels, ours included, that were alive at once
  std::optional<TimePoint> forgot =
      {};  ///< when a sentinel was last seen to know fewer than before
  std::map<std::string, std::set<std::string>> known = {};  ///< by each sentinel
};

/// Adds a look to what is remembered.
void remember(PruneMemory& memory, const PruneLook& look, TimePoint now);

/// On what terms servers are forgotten.
struct PruneTerms {
  std::chrono::milliseconds after{};  ///< for how long they must have been gone
  /// A person asks: nobody's turn counts, and a server is gone that is proven to be.
  bool by_hand = false;
};

/// Decides whether the sentinel of a look forgets servers now. Never while the master is down, a
/// failover runs or another sentinel is not well, and never on the smaller side of a partition: the
/// sentinels that stay must be more than half of those that were alive at once, of which those
/// count, too, that were never seen alive and are not replaced. One sentinel after another forgets,
/// prune_interval apart; but sentinels without whom those that live are a majority again are
/// forgotten by all at once, because until then no failover is possible.
PruneVerdict judge_prune(const PruneMemory& memory, const PruneLook& look, const PruneTerms& terms,
                         TimePoint now);

/// True if a sentinel knows the group, reaches its master, and takes part in no failover.
bool is_calm(const SentinelView& sentinel);

/// Returns the sentinels that a sentinel knows, but for those that it calls down.
std::vector<KnownServer> living_sentinels(const SentinelView& sentinel);

/// Returns the commands that make a sentinel forget servers, as far as it still calls them down. A
/// sentinel goes by a hello in its name
/// from an address that cannot be; the others stay known, and so does whatever goes on. For a
/// replica there is only SENTINEL RESET, which forgets all replicas and sentinels: those that live
/// are introduced again in the same breath, so that at no moment it believes to be alone, and the
/// master tells of its replicas within a second. Source: sentinelProcessHelloMessage() and
/// sentinelResetMaster() in sentinel.c.
std::vector<std::vector<std::string>> forget_commands(const PruneVerdict& verdict,
                                                      const SentinelView& own,
                                                      const std::string& group);

/// True if a sentinel knows again all that it knew and that live: sentinels, and one replica if it
/// had any.
bool has_relearnt(const SentinelView& before, const SentinelView& after);

/// Returns whom a verdict forgets, for a person.
std::string names_of(const PruneVerdict& verdict);

/// Returns the reason as a clause of a sentence.
std::string describe(const PruneVerdict& verdict);

}  // namespace dkr
