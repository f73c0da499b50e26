#include "dkr/group/absence.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <string>

#include "dkr/core/base/timing.hpp"
#include "dkr/group/look.hpp"
#include "dkr/group/seeds.hpp"
#include "dkr/platform/child_job.hpp"
#include "dkr/redis/resolver.hpp"

namespace dkr {
namespace {

using std::chrono::steady_clock;
using Endpoints = std::vector<Endpoint>;
using Told = std::optional<std::vector<std::string>>;

/// What the name service says of each host: its addresses, none for a name that there is not, or
/// nullopt.
using Names = std::map<std::string, Told>;

/// Looks all names up at once, each in its own child process.
Names look_up(const std::vector<const Endpoints*>& lists, std::chrono::milliseconds timeout) {
  const TimePoint deadline = steady_clock::now() + timeout;
  Names names;
  for (const Endpoints* list : lists) {
    for (const Endpoint& at : *list) {
      names.emplace(at.host, is_address(at.host) ? Told({at.host}) : Told());
    }
  }
  std::vector<ChildJob<Told>> jobs;
  for (const auto& [name, told] : names) {
    if (!told) {
      jobs.emplace_back([&host = name] { return told_addresses_of(host); });
    }
  }
  auto job = jobs.begin();
  for (auto& [name, told] : names) {
    if (!told) {
      told = (job++)->answer(deadline).value_or(Told());
    }
  }
  return names;
}

/// Returns the endpoints that some stand for; nullopt if the name service did not tell of all.
std::optional<Endpoints> places_of(const Endpoints& all, const Names& names) {
  Endpoints places;
  for (const Endpoint& at : all) {
    const Told& told = names.at(at.host);
    if (!told) {
      return std::nullopt;
    }
    for (const std::string& address : *told) {
      places.push_back({address, at.port});
    }
  }
  return places;
}

/// True if the settings stand for all these.
bool cover(const Endpoints& seeds, const Endpoints& living, const Names& names) {
  return std::all_of(living.begin(), living.end(), [&](const Endpoint& one) {
    const auto places = places_of({one}, names);
    return places && std::any_of(places->begin(), places->end(),
                                 [&](const Endpoint& at) { return contains(seeds, at); });
  });
}

/// Returns the missing sentinels in whose place one of another identity answers.
std::vector<GoneServer> replaced_of(const std::vector<KnownServer>& missing,
                                    const Settings& settings) {
  std::vector<GoneServer> gone;
  for (const KnownServer& one : missing) {
    const GroupView view = ask_these({one.at}, {}, settings, running_look_timeout);
    const bool other = std::any_of(
        view.sentinels.begin(), view.sentinels.end(), [&](const SentinelView& sentinel) {
          return !sentinel.failure && !sentinel.id.empty() && sentinel.id != one.id;
        });
    const bool same = std::any_of(
        view.sentinels.begin(), view.sentinels.end(),
        [&](const SentinelView& sentinel) { return !sentinel.failure && sentinel.id == one.id; });
    if (other && !same) {
      gone.push_back({one.at, one.id, true});
    }
  }
  return gone;
}

}  // namespace

Endpoints node_seeds(const Settings& settings) {
  Endpoints all;
  for (const Seed& seed : seeds_of(settings, 0)) {
    if (seed.kind == Seed::Kind::peer || seed.kind == Seed::Kind::master) {
      all.push_back(seed.at);
    }
  }
  return all;
}

Endpoints gone_of(const Absence& absence, std::chrono::milliseconds timeout) {
  const Names names = look_up({&absence.seeds, &absence.living, &absence.missing}, timeout);
  const auto seeds = places_of(absence.seeds, names);
  const bool covered = seeds && !absence.living.empty() && cover(*seeds, absence.living, names);
  const bool names_work =
      std::any_of(absence.living.begin(), absence.living.end(), [&](const Endpoint& one) {
        const Told& told = names.at(one.host);
        return !is_address(one.host) && told && !told->empty();
      });
  Endpoints gone;
  for (const Endpoint& one : absence.missing) {
    const Told& told = names.at(one.host);
    const bool unnamed = !is_address(one.host) && names_work && told && told->empty();
    if (unnamed || (is_address(one.host) && covered && !contains(*seeds, one))) {
      gone.push_back(one);
    }
  }
  return gone;
}

std::vector<GoneServer> find_gone(const SentinelView& sentinel, const NodeView& master,
                                  const Settings& settings) {
  Absence sentinels{sentinel_seeds(settings), {}, {}};
  std::vector<KnownServer> missing;
  for (const KnownServer& other : sentinel.sentinels) {
    (other.flags.down() ? sentinels.missing : sentinels.living).push_back(other.at);
    if (other.flags.down()) {
      missing.push_back(other);
    }
  }
  Absence nodes{node_seeds(settings), {sentinel.master}, {}};
  for (const KnownServer& replica : sentinel.replicas) {
    if (!replica.flags.down()) {
      nodes.living.push_back(replica.at);
    } else if (!contains(master.replicas, replica.at)) {
      nodes.missing.push_back(replica.at);
    }
  }
  std::vector<GoneServer> gone;
  for (const Endpoint& at : gone_of(sentinels, running_look_timeout)) {
    const auto known = std::find_if(missing.begin(), missing.end(),
                                    [&](const KnownServer& one) { return one.at == at; });
    gone.push_back({at, known->id, false});
    missing.erase(known);
  }
  const auto replaced = replaced_of(missing, settings);
  gone.insert(gone.end(), replaced.begin(), replaced.end());
  for (const Endpoint& at : gone_of(nodes, running_look_timeout)) {
    gone.push_back({at, "", false});
  }
  return gone;
}

}  // namespace dkr
