#include "dkr/group/seeds.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "dkr/core/base/text.hpp"
#include "dkr/core/base/time.hpp"
#include "dkr/platform/child_job.hpp"
#include "dkr/redis/resolver.hpp"

namespace dkr {
namespace {

using std::chrono::steady_clock;

bool is_resolved(const Seed& seed) {
  return seed.kind != Seed::Kind::self && is_address(seed.at.host);
}

Result<std::vector<std::string>> look_up(const Seed& seed) {
  if (seed.kind == Seed::Kind::self) {
    return std::vector<std::string>{own_address()};
  }
  return addresses_of(seed.at.host);
}

ResolvedSeed resolved(const Seed& seed,
                      const std::optional<Result<std::vector<std::string>>>& addresses) {
  if (!addresses || !*addresses || (*addresses)->empty()) {
    return {seed,
            {},
            addresses && !*addresses ? addresses->error().text
                                     : "the look-up of the name takes too long"};
  }
  ResolvedSeed result{seed, {}, {}};
  for (const std::string& address : **addresses) {
    result.endpoints.push_back({address, seed.at.port});
  }
  return result;
}

}  // namespace

std::vector<Seed> sentinel_seeds_of(const Settings& settings) {
  std::vector<Seed> seeds;
  for (const Endpoint& at : sentinel_seeds(settings)) {
    seeds.push_back({at, Seed::Kind::sentinel});
  }
  return seeds;
}

std::vector<Seed> seeds_of(const Settings& settings, std::uint16_t own_port) {
  std::vector<Seed> seeds = sentinel_seeds_of(settings);
  const auto master = master_seed(settings);
  if (master) {
    seeds.push_back({*master, Seed::Kind::master});
  }
  auto peers = peer_seeds(settings);
  std::sort(peers.begin(), peers.end());
  for (const Endpoint& at : peers) {
    seeds.push_back({at, Seed::Kind::peer});
  }
  if (!master && peers.empty()) {
    const std::uint16_t port = own_port != 0 ? own_port : settings.port.value;
    seeds.push_back({{"", port}, Seed::Kind::self});
  }
  return seeds;
}

std::vector<ResolvedSeed> resolve(const std::vector<Seed>& seeds,
                                  std::chrono::milliseconds timeout) {
  const TimePoint deadline = steady_clock::now() + timeout;
  std::vector<ChildJob<Result<std::vector<std::string>>>> jobs;
  for (const Seed& seed : seeds) {
    if (!is_resolved(seed)) {
      jobs.emplace_back([&seed] { return look_up(seed); });
    }
  }
  std::vector<ResolvedSeed> all;
  all.reserve(seeds.size());
  auto job = jobs.begin();
  for (const Seed& seed : seeds) {
    all.push_back(is_resolved(seed) ? ResolvedSeed{seed, {seed.at}, {}}
                                    : resolved(seed, (job++)->answer(deadline)));
  }
  return all;
}

}  // namespace dkr
