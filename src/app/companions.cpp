#include "dkr/app/companions.hpp"

#include <sys/prctl.h>

#include <utility>

#include "dkr/group/handover.hpp"
#include "dkr/group/note_file.hpp"
#include "dkr/group/own_addresses.hpp"
#include "dkr/watch/independent_watcher.hpp"
#include "dkr/watch/member_watcher.hpp"
#include "dkr/watch/sentinel_watcher.hpp"

namespace dkr {
namespace {

constexpr const char* process_name = "dkr-redis watch";

int watch_member(const Settings& settings, const WatchPlan& plan, const HealthOrders& health,
                 const UniqueFd& to_init) {
  WatchOrders orders;
  orders.settings = settings;
  orders.server = plan.server.at;
  orders.storage = plan.storage;
  orders.me = told_endpoints(settings, plan.server.at.port);
  orders.followed = plan.followed;
  if (auto note = read_note(settings)) {
    orders.note = std::move(*note);
  }
  orders.health = health;
  return watch(orders, to_init);
}

}  // namespace

Companion watching_companion(const Settings& settings, const WatchPlan& plan,
                             const HealthOrders& health) {
  return [settings, plan, health](const UniqueFd& to_init) {
    ::prctl(PR_SET_NAME, process_name);
    switch (plan.kind) {
      case WatchPlan::Kind::member:
        return watch_member(settings, plan, health, to_init);
      case WatchPlan::Kind::independent:
        return watch_health({settings, plan.server, health}, to_init);
      case WatchPlan::Kind::sentinel:
        return watch_sentinel({settings, plan.server, health, plan.fixed_conf}, to_init);
    }
    return 1;
  };
}

Companion waiting_companion(const Settings& settings, const HealthOrders& health) {
  return [settings, health](const UniqueFd& to_init) {
    ::prctl(PR_SET_NAME, process_name);
    return watch_health({settings, {}, health}, to_init);
  };
}

Companion stopping_companion(const Settings& settings, const WatchPlan& plan) {
  return [settings, server = plan.server.at](const UniqueFd& /*to_init*/) {
    prepare_stop(settings, server);
    return 0;
  };
}

}  // namespace dkr
