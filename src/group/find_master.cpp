#include "dkr/group/find_master.hpp"

#include <algorithm>

#include "dkr/core/base/timing.hpp"
#include "dkr/core/decide/sentinel_master.hpp"
#include "dkr/group/look.hpp"
#include "dkr/group/retry.hpp"
#include "dkr/group/seeds.hpp"
#include "dkr/group/take_name.hpp"
#include "dkr/platform/log.hpp"
#include "dkr/redis/queries.hpp"

namespace dkr {
namespace {

using std::chrono::milliseconds;

/// Returns the identity in the file, or else one that is derived; empty if there is none.
std::string my_identity(const Settings& settings, const std::string& own_id) {
  const std::string basis = own_id.empty() ? identity_basis(settings) : "";
  return basis.empty() ? own_id : identity_of(basis);
}

std::vector<Endpoint> places(const std::vector<SeedSentinel>& sentinels) {
  std::vector<Endpoint> all;
  all.reserve(sentinels.size());
  for (const SeedSentinel& sentinel : sentinels) {
    all.push_back(sentinel.at);
  }
  return all;
}

/// Returns the seed if the look suffices for a choice; sets the reason in any case.
std::optional<MonitorSeed> decide(const Settings& settings, const std::string& own_id,
                                  const Look& look, bool in_grace_period, std::string& reason) {
  const MasterChoice choice = choose_master(look.view, {look.set_master, in_grace_period});
  reason = describe(choice);
  if (!choice.master) {
    return std::nullopt;
  }
  MonitorSeed seed = seed_of(*choice.master, look.view, my_identity(settings, own_id));
  seed.master = look.by_name(seed.master, settings);
  return seed;
}

}  // namespace

std::optional<MonitorSeed> find_master(const Settings& told, const std::string& own_id,
                                       std::string& reason) {
  Settings settings = told;
  const Retry retry({longest_look_timeout, longest_look_timeout}, longest_backoff);
  const Look look = look_by_its_name(settings, "", retry);
  auto seed = decide(settings, own_id, look, false, reason);
  if (seed) {
    seed->group = taken_name(told, settings);
  }
  reason += failures(look.view);
  return seed;
}

std::optional<MonitorSeed> wait_for_master(const Settings& told, const std::string& own_id) {
  Settings settings = told;
  const milliseconds most = settings.boot_timeout.value;
  Retry retry({first_look_timeout, first_look_timeout}, longest_backoff);
  while (true) {
    const Look look = look_by_its_name(settings, "", retry);
    std::string reason;
    const bool in_grace_period = retry.waited() < silent_server_grace;
    if (auto seed = decide(settings, own_id, look, in_grace_period, reason)) {
      log::info("monitors " + to_string(seed->master) + ": " + reason);
      seed->group = taken_name(told, settings);
      return seed;
    }
    log::debug([&] { return "decided to wait: " + reason; });
    retry.log("waits for the master of group " + settings.group.value + ": " + reason,
              failures(look.view));
    if (most > 0ms && retry.waited() >= most) {
      return std::nullopt;
    }
    retry.wait(most);
  }
}

void wait_for_company(const Settings& settings, const MonitorSeed& known) {
  const std::vector<Endpoint> sentinels = places(known.sentinels);
  Retry retry({}, longest_role_backoff);
  while (true) {
    const GroupView view = ask_these(sentinels, {known.master}, settings, running_look_timeout);
    if (may_begin(view, retry.waited())) {
      return;
    }
    retry.log("waits for the host of its master " + to_string(known.master) + " to be there",
              failures(view));
    retry.wait(0ms);
  }
}

bool identity_is_taken(const Settings& settings, const MonitorSeed& known) {
  if (known.myid.empty()) {
    return false;
  }
  std::vector<Endpoint> whom = places(known.sentinels);
  for (const Seed& seed : sentinel_seeds_of(settings)) {
    whom.push_back(seed.at);
  }
  const GroupView view = ask_these(whom, {}, settings, running_look_timeout);
  return std::any_of(view.sentinels.begin(), view.sentinels.end(),
                     [&](const SentinelView& other) { return other.id == known.myid; });
}

}  // namespace dkr
