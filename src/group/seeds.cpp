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

constexpr char failed = '?';

bool is_resolved(const Seed& seed) {
  return seed.kind != Seed::Kind::self && is_address(seed.at.host);
}

std::string look_up(const Seed& seed) {
  if (seed.kind == Seed::Kind::self) {
    return own_address();
  }
  const auto addresses = addresses_of(seed.at.host);
  std::string answer;
  if (!addresses) {
    return failed + addresses.error().text;
  }
  for (const std::string& address : *addresses) {
    answer += address + ' ';
  }
  return answer;
}

ResolvedSeed resolved(const Seed& seed, const std::string& answer) {
  if (answer.empty() || answer.front() == failed) {
    return {seed, {}, answer.empty() ? "the look-up of the name takes too long" : answer.substr(1)};
  }
  ResolvedSeed result{seed, {}, {}};
  for (const std::string& address :
       split_shell_words(answer).value_or(std::vector<std::string>())) {
    result.endpoints.push_back({address, seed.at.port});
  }
  return result;
}

}  // namespace

std::vector<Seed> seeds_of(const Settings& settings, std::uint16_t own_port) {
  std::vector<Seed> seeds;
  for (const Endpoint& at : sentinel_seeds(settings)) {
    seeds.push_back({at, Seed::Kind::sentinel});
  }
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
  std::vector<Job> jobs;
  for (const Seed& seed : seeds) {
    if (!is_resolved(seed)) {
      jobs.emplace_back([&seed] { return look_up(seed); });
    }
  }
  const auto answers = in_parallel(jobs, steady_clock::now() + timeout);
  std::vector<ResolvedSeed> all;
  all.reserve(seeds.size());
  auto answer = answers.begin();
  for (const Seed& seed : seeds) {
    all.push_back(is_resolved(seed) ? ResolvedSeed{seed, {seed.at}, {}}
                                    : resolved(seed, *answer++));
  }
  return all;
}

}  // namespace dkr
