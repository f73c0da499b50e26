#include "dkr/group/first_master.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>

#include "dkr/core/base/time.hpp"
#include "dkr/core/base/timing.hpp"
#include "dkr/core/decide/fleet_orders.hpp"
#include "dkr/core/decide/sentinel_master.hpp"
#include "dkr/group/fleet.hpp"
#include "dkr/group/look.hpp"

namespace dkr {
namespace {

/// Returns the settings of a container that belongs to the group.
Settings settings_for(const Settings& own, const WantedGroup& group) {
  Settings settings = own;
  settings.group = {group.name, true};
  settings.master_host = {group.first_master->host, true};
  settings.master_port = {group.first_master->port, true};
  settings.sentinel_hosts = {};
  settings.peers = {};
  if (const std::string* user = value_in(group.options, "auth-user")) {
    settings.username = {*user, true};
  }
  if (const std::string* password = value_in(group.options, "auth-pass")) {
    settings.master_password = {Secret(*password), true};
  }
  return settings;
}

/// True if a member's host is there, whose server is not: it waits for sentinels that know its
/// group. Most sentinels have to be asked, for another one might know it.
bool waits_for_sentinels(const FleetView& fleet, const Look& look) {
  const auto answering = std::count_if(fleet.begin(), fleet.end(),
                                       [](const auto& sentinel) { return !sentinel.failure; });
  return 2 * static_cast<std::size_t>(answering) > fleet.size() && !look.view.nodes.empty() &&
         std::all_of(look.view.nodes.begin(), look.view.nodes.end(), [](const NodeView& node) {
           return node.failure && node.failure->kind == Failure::Kind::refused_connection;
         });
}

}  // namespace

FirstMaster find_first_master(const Settings& own, const FleetView& fleet,
                              const WantedGroup& group) {
  if (const auto named = commonly_named(fleet, group.name)) {
    return {group.name, named, "the other sentinels name it"};
  }
  for (const FleetSentinel& sentinel : fleet) {
    if (sentinel.failure && sentinel.failure->kind == Failure::Kind::refused_by_server) {
      return {group.name,
              {},
              "sentinel " + to_string(sentinel.at) + " refuses to answer, and may know the group"};
    }
  }
  const Settings settings = settings_for(own, group);
  const Look look = look_at_group(settings, {longest_look_timeout, longest_look_timeout});
  if (waits_for_sentinels(fleet, look)) {
    return {group.name, look.by_name(look.view.nodes.front().at, settings),
            "nobody knows the group, and its first master waits to be named"};
  }
  const MasterChoice choice = choose_master(look.view, {look.set_master, false});
  return {group.name,
          choice.master ? std::optional(look.by_name(*choice.master, settings)) : std::nullopt,
          describe(choice) + failures(look.view)};
}

std::vector<FirstMaster> find_first_masters(const Settings& settings,
                                            const std::vector<WantedGroup>& groups) {
  const TimePoint end = std::chrono::steady_clock::now() + first_masters_limit;
  const FleetView fleet = look_at_fleet(settings, {});
  std::vector<FirstMaster> found;
  for (const WantedGroup& group : groups) {
    if (std::chrono::steady_clock::now() < end) {
      found.push_back(find_first_master(settings, fleet, group));
    }
  }
  return found;
}

}  // namespace dkr
