#include "dkr/app/doctor_command.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "dkr/app/container_line.hpp"
#include "dkr/app/inputs.hpp"
#include "dkr/app/outcome.hpp"
#include "dkr/app/server_symptoms.hpp"
#include "dkr/app/this_container.hpp"
#include "dkr/core/base/timing.hpp"
#include "dkr/core/conf/container.hpp"
#include "dkr/core/doctor/diagnosis.hpp"
#include "dkr/core/doctor/finding.hpp"
#include "dkr/group/examine.hpp"
#include "dkr/platform/child_job.hpp"
#include "dkr/platform/machine.hpp"
#include "dkr/platform/service_eyes.hpp"
#include "dkr/redis/queries.hpp"

namespace dkr {
namespace {

using std::chrono::steady_clock;

bool objects(const NodeView& node) {
  return node.failure && is_objection(*node.failure);
}

/// True if settings say where the group is.
bool names_group(const Settings& settings) {
  return settings.master_host.given || settings.sentinel_hosts.given || settings.peers.given;
}

/// Returns the groups that the sentinel here watches, if it is one that answers.
std::vector<std::string> groups_here(const Container& container, const Symptoms& symptoms) {
  if (!container.own || !symptoms.here || !symptoms.here->sentinel || symptoms.here->failure) {
    return {};
  }
  const TimePoint deadline = steady_clock::now() + longest_look_timeout;
  return in_child(
             [&] {
               std::vector<std::string> names;
               for (const auto& group :
                    ask_health(*container.own, HealthView::Kind::sentinel, deadline).groups) {
                 names.push_back(group.name);
               }
               return names;
             },
             deadline)
      .value_or(std::vector<std::string>{});
}

/// Examines all groups of a sentinel, or the one of a data node.
void examine_groups(const Container& container, Symptoms& symptoms) {
  Settings settings = container.settings;
  const std::string ours = settings.group.value;
  std::vector<std::string> names = groups_here(container, symptoms);
  if (!names.empty() && container.server) {
    settings.sentinel_hosts.value.push_back(*container.server);
  }
  const bool member = symptoms.here && symptoms.here->in_group;
  if (names.empty() && (member || names_group(settings))) {
    names.push_back(ours);
  }
  const bool node = container.server && !container.conf.sentinel;
  for (const std::string& name : names) {
    settings.group.value = name;
    symptoms.groups.push_back(examine_group(settings, node ? container.server->port : 0));
    GroupSymptoms& group = symptoms.groups.back();
    group.ours = name == ours;
    if (!group.ours && std::any_of(group.view.nodes.begin(), group.view.nodes.end(), objects)) {
      symptoms.unseen.push_back("data nodes of the group " + name + ", which want a password");
    }
  }
}

Symptoms look(const Container& container, bool supervised) {
  const Settings& settings = container.settings;
  Symptoms symptoms;
  symptoms.machine = look_at_machine();
  symptoms.times.stop_timeout = settings.stop_timeout.value;
  if (settings.fence.value && settings.fence_after.given) {
    symptoms.times.fence_after = settings.fence_after.value;
  }
  if (settings.health_port.given) {
    symptoms.times.live_timeout = settings.live_timeout.value;
  }
  symptoms.here = look_at_server(container, supervised, symptoms.unseen);
  examine_groups(container, symptoms);
  return symptoms;
}

}  // namespace

int doctor(const CommandLine& line) {
  const ContainerLine told = line_of_container(line.flags);
  const auto settings = read_settings(told.flags);
  if (!settings) {
    return fail(settings.error());
  }
  if (settings->skip_drop_privs.value) {
    keep_root_in_children();
  }
  const ServiceEyes eyes(settings->data_dir.value, settings->skip_drop_privs.value);
  const auto container = this_container(*settings, told.command);
  if (!container) {
    return fail(container.error());
  }
  const bool supervised = told.doubt.empty();
  Symptoms symptoms = look(*container, supervised);
  std::vector<Finding> findings = diagnose(symptoms);
  if (may_pass(findings)) {
    std::this_thread::sleep_for(second_look_pause);
    symptoms = look(*container, supervised);
    findings = lasting(findings, diagnose(symptoms));
  }
  const int printed = print(line.json ? to_json(findings, symptoms.unseen) + "\n"
                                      : describe(findings, symptoms.unseen));
  return printed != 0 ? printed : status_of(findings);
}

}  // namespace dkr
