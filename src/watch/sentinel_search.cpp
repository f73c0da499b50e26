#include "dkr/watch/sentinel_search.hpp"

#include <chrono>
#include <utility>

#include "dkr/core/base/timing.hpp"
#include "dkr/group/seeds.hpp"

namespace dkr {
namespace {

using std::chrono::steady_clock;
using Endpoints = std::vector<Endpoint>;

Endpoints addresses_of_sentinels(const Settings& settings) {
  Endpoints all;
  for (const ResolvedSeed& seed : resolve(sentinel_seeds_of(settings), running_look_timeout)) {
    all.insert(all.end(), seed.endpoints.begin(), seed.endpoints.end());
  }
  return all;
}

}  // namespace

SentinelSearch::SentinelSearch(event_base& loop, const Settings& settings,
                               std::function<void(const Endpoints&)> found)
    : settings_(settings), found_(std::move(found)), job_(loop) {}

void SentinelSearch::start_if_due(TimePoint now) {
  if (job_.busy() || (ended_ && now - *ended_ < first_look_interval)) {
    return;
  }
  const auto done = [this](const std::optional<Endpoints>& addresses) {
    ended_ = steady_clock::now();
    if (addresses) {
      found_(*addresses);
    }
  };
  job_.start([this] { return addresses_of_sentinels(settings_); }, done, now);
}

}  // namespace dkr
