#include "dkr/group/find_master.hpp"

#include <unistd.h>

#include <array>

#include "dkr/core/base/timing.hpp"
#include "dkr/core/decide/sentinel_master.hpp"
#include "dkr/group/look.hpp"
#include "dkr/group/retry.hpp"
#include "dkr/group/take_name.hpp"
#include "dkr/platform/log.hpp"
#include "dkr/redis/queries.hpp"

namespace dkr {
namespace {

using std::chrono::milliseconds;

std::string my_identity(const Settings& settings) {
  std::array<char, 256> name{};
  ::gethostname(name.data(), name.size() - 1);
  const std::string basis = identity_basis(settings, name.data());
  return basis.empty() ? basis : identity_of(basis);
}

/// Returns the seed if the look suffices for a choice; sets the reason in any case.
std::optional<MonitorSeed> decide(const Settings& settings, const Look& look, bool in_grace_period,
                                  std::string& reason) {
  const MasterChoice choice = choose_master(look.view, {look.set_master, in_grace_period});
  reason = describe(choice);
  if (!choice.master) {
    return std::nullopt;
  }
  MonitorSeed seed = seed_of(*choice.master, look.view, my_identity(settings));
  seed.master = look.by_name(seed.master, settings);
  return seed;
}

}  // namespace

std::optional<MonitorSeed> find_master(const Settings& told, std::string& reason) {
  Settings settings = told;
  const Retry retry({longest_look_timeout, longest_look_timeout}, longest_backoff);
  const Look look = look_by_its_name(settings, "", retry);
  auto seed = decide(settings, look, false, reason);
  if (seed) {
    seed->group = taken_name(told, settings);
  }
  reason += failures(look.view);
  return seed;
}

std::optional<MonitorSeed> wait_for_master(const Settings& told) {
  Settings settings = told;
  const milliseconds most = settings.boot_timeout.value;
  Retry retry({first_look_timeout, first_look_timeout}, longest_backoff);
  while (true) {
    const Look look = look_by_its_name(settings, "", retry);
    std::string reason;
    if (auto seed = decide(settings, look, retry.waited() < silent_server_grace, reason)) {
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
  std::vector<Endpoint> sentinels;
  for (const SeedSentinel& sentinel : known.sentinels) {
    sentinels.push_back(sentinel.at);
  }
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

}  // namespace dkr
