#include "dkr/group/fleet.hpp"

#include <algorithm>
#include <chrono>
#include <vector>

#include "dkr/core/base/timing.hpp"
#include "dkr/group/questions.hpp"
#include "dkr/group/seeds.hpp"
#include "dkr/redis/queries.hpp"

namespace dkr {
namespace {

using std::chrono::steady_clock;
using Endpoints = std::vector<Endpoint>;

constexpr int deepest_round = 3;

bool is_same(const FleetSentinel& one, const FleetSentinel& other) {
  return one.at == other.at || (!one.id.empty() && one.id == other.id);
}

/// Looks seeds up; a name without an address is a sentinel that does not answer.
Endpoints resolved(FleetView& fleet, const std::vector<Seed>& seeds) {
  Endpoints all;
  for (const auto& [seed, endpoints, failure] : resolve(seeds, longest_look_timeout)) {
    if (endpoints.empty()) {
      fleet.push_back(unanswered<FleetSentinel>(seed.at, {Failure::Kind::unresolved, failure}));
    }
    all.insert(all.end(), endpoints.begin(), endpoints.end());
  }
  return all;
}

/// Asks those that have not been asked. A sentinel that was met at another address is left out.
void ask(FleetView& fleet, Endpoints whom, const Settings& settings) {
  std::sort(whom.begin(), whom.end());
  whom.erase(std::unique(whom.begin(), whom.end()), whom.end());
  std::erase_if(whom, [&](const Endpoint& at) {
    return std::any_of(fleet.begin(), fleet.end(), [&](auto& known) { return known.at == at; });
  });
  const TimePoint deadline = steady_clock::now() + longest_look_timeout;
  FleetView answers;
  take_answers(answers, whom, ask_each(ask_fleet_sentinel, whom, settings, deadline),
               deadline + longest_look_timeout / 5);
  for (FleetSentinel& answer : answers) {
    if (std::none_of(fleet.begin(), fleet.end(),
                     [&](const auto& known) { return is_same(known, answer); })) {
      fleet.push_back(std::move(answer));
    }
  }
}

std::vector<Seed> known_to(const FleetView& fleet) {
  std::vector<Seed> seeds;
  for (const FleetSentinel& sentinel : fleet) {
    for (const Endpoint& at : sentinel.others) {
      seeds.push_back({at, Seed::Kind::sentinel});
    }
  }
  return seeds;
}

}  // namespace

FleetView look_at_fleet(const Settings& settings, const std::optional<Endpoint>& own) {
  FleetView fleet;
  Endpoints whom = resolved(fleet, sentinel_seeds_of(settings));
  if (own) {
    whom.push_back(*own);
  }
  for (int round = 0; round < deepest_round; ++round) {
    const std::size_t before = fleet.size();
    ask(fleet, std::move(whom), settings);
    if (fleet.size() == before) {
      break;
    }
    FleetView unknown;
    whom = resolved(unknown, known_to(fleet));
  }
  std::sort(fleet.begin(), fleet.end(), [](auto& one, auto& other) { return one.at < other.at; });
  return fleet;
}

}  // namespace dkr
