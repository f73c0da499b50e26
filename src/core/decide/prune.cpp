#include "dkr/core/decide/prune.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "dkr/core/base/timing.hpp"

namespace dkr {
namespace {

using enum PruneReason;
using Views = std::vector<const SentinelView*>;

std::string key_of(const Endpoint& at, const std::string& id, bool replica) {
  return replica ? "replica " + to_string(at) : id.empty() ? to_string(at) : id;
}

std::string key_of(const KnownServer& sentinel) {
  return key_of(sentinel.at, sentinel.id, false);
}

std::string key_of(const SentinelView& sentinel) {
  return key_of(sentinel.at, sentinel.id, false);
}

bool is_alive(const KnownServer& server) {
  return !server.flags.down() && !server.flags.disconnected;
}

/// Calls `visit` with each server that a sentinel knows, and its key.
void each_known(const SentinelView& sentinel,
                const std::function<void(const KnownServer&, const std::string&)>& visit) {
  for (const KnownServer& other : sentinel.sentinels) {
    visit(other, key_of(other));
  }
  for (const KnownServer& replica : sentinel.replicas) {
    visit(replica, key_of(replica.at, "", true));
  }
}

std::set<std::string> keys_of(const SentinelView& sentinel) {
  std::set<std::string> keys;
  each_known(sentinel, [&](const auto&, const std::string& key) { keys.insert(key); });
  return keys;
}

/// Notes what one sentinel knows. True if it knew more before.
bool knows_fewer(PruneMemory& memory, const SentinelView& sentinel) {
  std::set<std::string> now = keys_of(sentinel);
  auto& before = memory.known[key_of(sentinel)];
  const bool fewer = !std::includes(now.begin(), now.end(), before.begin(), before.end());
  before = std::move(now);
  return fewer;
}

PruneVerdict wait(PruneReason reason, const Endpoint& about = {}) {
  return {reason, about};
}

/// Returns why a sentinel is not at rest; nullopt if it is.
std::optional<PruneReason> unrest(const SentinelView& sentinel) {
  if (sentinel.paused_until != WallTime{}) {
    return PruneReason::paused;
  }
  if (sentinel.busy || sentinel.flags.o_down || sentinel.flags.failover_in_progress) {
    return failing_over;
  }
  return sentinel.tilt || misses_master(sentinel) ? std::optional(master_missed) : std::nullopt;
}

const SentinelView* view_of(const KnownServer& sentinel, const std::vector<SentinelView>& all) {
  const auto found = std::find_if(all.begin(), all.end(), [&](const SentinelView& view) {
    return !view.failure && view.knows_group && key_of(view) == key_of(sentinel);
  });
  return found == all.end() ? nullptr : &*found;
}

bool knows(const SentinelView& sentinel, const std::string& key) {
  return keys_of(sentinel).contains(key);
}

/// Looks at the sentinels that stay, which must answer, be at rest, and agree. `stay` gets them.
std::optional<PruneVerdict> objection(const PruneLook& look, Views& stay) {
  stay.push_back(&look.own);
  for (const KnownServer& other : living_sentinels(look.own)) {
    const SentinelView* view = view_of(other, look.others);
    if (view == nullptr) {
      return wait(sentinel_silent, other.at);
    }
    stay.push_back(view);
  }
  for (const SentinelView* one : stay) {
    if (const auto reason = unrest(*one)) {
      return wait(*reason, look.own.master);
    }
    if (one->master != look.own.master) {
      return wait(differ, one->at);
    }
  }
  if (!look.master_lives) {
    return wait(master_missed, look.own.master);
  }
  for (const SentinelView* one : stay) {
    for (const SentinelView* other : stay) {
      if (one != other && !knows(*one, key_of(*other))) {
        return wait(relearning, one->at);
      }
    }
  }
  return std::nullopt;
}

/// True if a sentinel that stays calls the server alive.
bool is_seen_alive(const Views& stay, const std::string& key) {
  return std::any_of(stay.begin(), stay.end(), [&](const SentinelView* one) {
    bool alive = false;
    each_known(*one, [&](const KnownServer& server, const std::string& name) {
      alive = alive || (name == key && !server.flags.down());
    });
    return alive;
  });
}

/// What a sentinel could forget.
struct Candidates {
  std::vector<KnownServer> sentinels;
  std::vector<Endpoint> replicas;
  std::set<std::string> keys;
  std::optional<TimePoint> since;  ///< when the first of them was found to be gone
};

/// Returns those that have been gone for long enough; else why there are none.
PruneReason find_candidates(Candidates& found, const PruneMemory& memory, const SentinelView& own,
                            std::chrono::milliseconds after, TimePoint now, Endpoint& about) {
  PruneReason reason = nobody_down;
  each_known(own, [&](const KnownServer& server, const std::string& key) {
    if (!server.flags.down()) {
      return;
    }
    const auto known = memory.servers.find(key);
    const auto since = known == memory.servers.end() ? std::nullopt : known->second.gone_since;
    const PruneReason now_found = !since ? unproven : now - *since < after ? lately : forgets;
    if (now_found > reason) {
      reason = now_found;
      about = server.at;
    }
    if (now_found == forgets) {
      const bool replica = key.starts_with("replica ");
      replica ? found.replicas.push_back(server.at) : found.sentinels.push_back(server);
      found.keys.insert(key);
      found.since = std::min(found.since.value_or(*since), *since);
    }
  });
  return reason;
}

/// How many sentinels there were at once, as far as this watcher can tell.
std::size_t fleet(const PruneMemory& memory, const SentinelView& own, std::size_t stay,
                  bool by_hand) {
  std::size_t unknown = 0;
  for (const KnownServer& other : own.sentinels) {
    const auto found = memory.servers.find(key_of(other));
    const bool known = found != memory.servers.end();
    const bool counts = !known || (by_hand ? !found->second.gone_since : !found->second.seen);
    unknown += other.flags.down() && counts && !(known && found->second.replaced) ? 1U : 0U;
  }
  return std::max(memory.most_alive, stay + unknown);
}

/// Returns the sentinel whose turn it is before ours; null if it is ours. One that does not take
/// its turn, because nobody watches it, loses it to the next one after a while.
const SentinelView* first_in_turn(const Views& stay, const SentinelView& own,
                                  const Candidates& gone, std::chrono::milliseconds after,
                                  TimePoint now) {
  int before = 0;
  const SentinelView* first = nullptr;
  for (const SentinelView* other : stay) {
    if (key_of(*other) >= key_of(own)) {
      continue;
    }
    ++before;
    const auto known = keys_of(*other);
    if (std::any_of(gone.keys.begin(), gone.keys.end(),
                    [&](const std::string& key) { return known.contains(key); })) {
      first = other;
    }
  }
  return now - *gone.since >= after + 2 * before * prune_interval ? nullptr : first;
}

}  // namespace

bool is_calm(const SentinelView& sentinel) {
  return sentinel.knows_group && !sentinel.failure && !unrest(sentinel);
}

std::vector<KnownServer> living_sentinels(const SentinelView& sentinel) {
  std::vector<KnownServer> living;
  std::copy_if(sentinel.sentinels.begin(), sentinel.sentinels.end(), std::back_inserter(living),
               [](const KnownServer& other) { return !other.flags.down(); });
  return living;
}

void remember(PruneMemory& memory, const PruneLook& look, TimePoint now) {
  const auto gone_at = [&](const std::string& key) {
    return std::find_if(look.gone.begin(), look.gone.end(), [&](const GoneServer& one) {
      return key_of(one.at, one.id, one.id.empty()) == key;
    });
  };
  const bool first = memory.most_alive == 0;
  std::map<std::string, PruneMemory::Server> servers;
  each_known(look.own, [&](const KnownServer& server, const std::string& key) {
    const bool came = !first && !memory.servers.contains(key);  // so it has said hello
    PruneMemory::Server& known = servers[key] = memory.servers[key];
    known.seen = known.seen || came || is_alive(server);
    const auto gone = gone_at(key);
    if (!server.flags.down() || gone == look.gone.end()) {
      known.gone_since.reset();
    } else {
      known.gone_since = known.gone_since.value_or(now);
      known.replaced = gone->replaced;
    }
  });
  memory.servers = std::move(servers);
  const auto alive =
      std::count_if(look.own.sentinels.begin(), look.own.sentinels.end(), is_alive) + 1;
  memory.most_alive = std::max(memory.most_alive, static_cast<std::size_t>(alive));
  bool fewer = knows_fewer(memory, look.own);
  for (const SentinelView& other : look.others) {
    fewer = (!other.failure && other.knows_group && knows_fewer(memory, other)) || fewer;
  }
  memory.forgot = fewer ? now : memory.forgot;
}

PruneVerdict judge_prune(const PruneMemory& memory, const PruneLook& look, const PruneTerms& terms,
                         TimePoint now) {
  Candidates gone;
  Endpoint about;
  const PruneReason found = find_candidates(gone, memory, look.own, terms.after, now, about);
  if (found != forgets) {
    return wait(found, about);
  }
  Views stay;
  if (auto refusal = objection(look, stay)) {
    return *refusal;
  }
  for (const std::string& key : gone.keys) {
    if (is_seen_alive(stay, key)) {
      return wait(unproven, about);
    }
  }
  if (2 * stay.size() <= fleet(memory, look.own, stay.size(), terms.by_hand) ||
      stay.size() < static_cast<std::size_t>(std::max(look.own.quorum, 1))) {
    return wait(minority, about);
  }
  const std::size_t known = look.own.sentinels.size() + 1;
  if (2 * stay.size() <= known && !gone.sentinels.empty()) {
    return {forgets, about, std::move(gone.sentinels)};
  }
  const SentinelView* first =
      terms.by_hand ? nullptr : first_in_turn(stay, look.own, gone, terms.after, now);
  if (first != nullptr) {
    return wait(others_turn, first->at);
  }
  if (memory.forgot && now - *memory.forgot < prune_interval) {
    return wait(between);
  }
  return {forgets, about, std::move(gone.sentinels), std::move(gone.replicas)};
}

std::vector<std::vector<std::string>> forget_commands(const PruneVerdict& verdict,
                                                      const SentinelView& own,
                                                      const std::string& group) {
  constexpr int impossible_port = 65536;
  const auto hello = [&](const std::string& host, int port, const std::string& id) {
    return std::vector<std::string>{"PUBLISH", "__sentinel__:hello",
                                    host + ',' + std::to_string(port) + ',' + id + ",0," + group +
                                        ',' + own.master.host + ',' +
                                        std::to_string(own.master.port) + ",0"};
  };
  std::set<std::string> down;
  each_known(own, [&](const KnownServer& server, const std::string& key) {
    if (server.flags.down()) {
      down.insert(key);
    }
  });
  std::vector<std::vector<std::string>> all;
  for (const KnownServer& sentinel : verdict.sentinels) {
    if (!sentinel.id.empty() && down.contains(key_of(sentinel))) {
      all.push_back(hello("0.0.0.0", impossible_port, sentinel.id));
    }
  }
  const auto& replicas = verdict.replicas;
  if (std::any_of(replicas.begin(), replicas.end(),
                  [&](const Endpoint& at) { return down.contains(key_of(at, "", true)); })) {
    all.push_back({"SENTINEL", "RESET", group});
    for (const KnownServer& other : living_sentinels(own)) {
      all.push_back(hello(other.at.host, other.at.port, other.id));
    }
  }
  all.push_back({"SENTINEL", "FLUSHCONFIG"});
  return all;
}

bool has_relearnt(const SentinelView& before, const SentinelView& after) {
  const auto living = living_sentinels(before);
  const bool had = std::any_of(before.replicas.begin(), before.replicas.end(), is_alive);
  return is_calm(after) &&
         std::all_of(living.begin(), living.end(),
                     [&](const KnownServer& other) {
                       const auto now = living_sentinels(after);
                       return std::any_of(now.begin(), now.end(), [&](const KnownServer& one) {
                         return key_of(one) == key_of(other) && is_alive(one);
                       });
                     }) &&
         (!had || std::any_of(after.replicas.begin(), after.replicas.end(), is_alive));
}

std::string names_of(const PruneVerdict& verdict) {
  std::string text;
  for (const KnownServer& sentinel : verdict.sentinels) {
    text += (text.empty() ? "sentinel " : ", sentinel ") + to_string(sentinel.at);
  }
  for (const Endpoint& replica : verdict.replicas) {
    text += (text.empty() ? "replica " : ", replica ") + to_string(replica);
  }
  return text;
}

std::string describe(const PruneVerdict& verdict) {
  const std::string who = to_string(verdict.about);
  switch (verdict.reason) {
    case nobody_down:
      return "no server is down";
    case unproven:
      return who + " is down, and nothing proves that it is gone";
    case lately:
      return who + " has not been gone for long enough";
    case master_missed:
      return "the master " + who + " is not well";
    case failing_over:
      return "a failover runs";
    case PruneReason::paused:
      return "the group is paused";
    case sentinel_silent:
      return "sentinel " + who + " does not answer, and is not gone";
    case differ:
      return "sentinel " + who + " names another master";
    case relearning:
      return "sentinel " + who + " does not know all the others yet";
    case minority:
      return "the sentinels that stay are no majority of those that there were";
    case others_turn:
      return "it is the turn of sentinel " + who;
    case between:
      return "another sentinel has forgotten servers a moment ago";
    case forgets:
      return who + " is gone";
  }
  return {};
}

}  // namespace dkr
