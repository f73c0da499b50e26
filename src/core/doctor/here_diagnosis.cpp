#include "dkr/core/doctor/here_diagnosis.hpp"

#include <algorithm>
#include <string>

#include "dkr/core/base/timing.hpp"
#include "dkr/core/doctor/amounts.hpp"
#include "dkr/core/doctor/nodes_diagnosis.hpp"
#include "dkr/core/view/votes.hpp"

namespace dkr {
namespace {

using enum Trouble;

constexpr long long percent = 100;

void diagnose_conf(const ServerSymptoms& here, std::vector<Finding>& found) {
  if (here.bypass != 0) {
    found.push_back({without_dkr_redis, {std::to_string(here.bypass)}});
  }
  if (!here.conf_obstacle.empty()) {
    found.push_back({conf_not_rewritable, {here.conf, here.conf_obstacle}});
  }
  if (!here.announced) {
    return;
  }
  const std::string at = to_string(here.announced->at);
  switch (here.announced->way) {
    case AnnouncedSymptoms::Way::here:
      return;
    case AnnouncedSymptoms::Way::unresolved:
      found.push_back({announced_unresolved, {here.announced->at.host, here.announced->why}});
      return;
    case AnnouncedSymptoms::Way::elsewhere:
      found.push_back({announced_elsewhere, {at}});
      return;
    case AnnouncedSymptoms::Way::silent:
      found.push_back({announced_silent, {at, here.announced->why}});
      return;
  }
}

void diagnose_volume(const VolumeSymptoms& volume, std::vector<Finding>& found) {
  constexpr long long least_percent = 5;
  constexpr long long plenty = 1LL << 30;
  if (!volume.shared.empty()) {
    found.push_back({volume_shared, {volume.path, volume.shared}});
  }
  if (volume.size <= 0 || volume.free < 0) {
    return;
  }
  const std::string free = bytes_text(volume.free);
  if (volume.free < volume.size / percent * least_percent && volume.free < plenty) {
    found.push_back({disk_full, {volume.path, free, bytes_text(volume.size)}});
  } else if (volume.free < volume.rewrite) {
    found.push_back({disk_small, {volume.path, free, bytes_text(volume.rewrite)}});
  }
}

void diagnose_memory(const NodeExam& exam, const MachineSymptoms& machine,
                     std::vector<Finding>& found) {
  constexpr long long most_percent = 80;
  if (!exam.conf) {
    return;
  }
  const long long maxmemory = exam.conf->maxmemory;
  const long long limit = machine.memory_limit;
  const std::string most = bytes_text(maxmemory);
  if (limit > 0 && maxmemory >= limit) {
    found.push_back(
        {maxmemory_above_limit, {most, "the programs of this container", bytes_text(limit)}});
  } else if (machine.memory > 0 && maxmemory >= machine.memory) {
    found.push_back({maxmemory_above_limit,
                     {most, "all programs of this machine", bytes_text(machine.memory)}});
  } else if (limit > 0 && maxmemory > limit / percent * most_percent) {
    found.push_back({maxmemory_near_limit, {most, bytes_text(limit)}});
  } else if (limit > 0 && maxmemory == 0) {
    found.push_back({maxmemory_unset, {bytes_text(limit)}});
  }
  const long long may_use = std::max(exam.used, maxmemory);
  if (machine.overcommit >= 0 && machine.overcommit != 1 && machine.memory > 0 &&
      may_use > machine.memory / 2) {
    found.push_back({overcommit, {std::to_string(machine.overcommit), bytes_text(may_use)}});
  }
  if (machine.huge_pages && !exam.conf->shuns_huge_pages) {
    found.push_back({huge_pages, {}});
  }
  if (machine.somaxconn >= 0 && machine.somaxconn < exam.conf->backlog) {
    found.push_back(
        {backlog_cut, {std::to_string(machine.somaxconn), std::to_string(exam.conf->backlog)}});
  }
}

/// The shortest time after which a sentinel of our group calls a master down; 0: unknown.
std::chrono::milliseconds shortest_down_after(const Symptoms& symptoms) {
  std::chrono::milliseconds shortest{};
  for (const GroupSymptoms& group : symptoms.groups) {
    for (const SentinelView* sentinel : sentinels_of(group.view)) {
      const auto time = sentinel->down_after;
      if (group.ours && time.count() > 0 && (shortest.count() == 0 || time < shortest)) {
        shortest = time;
      }
    }
  }
  return shortest;
}

}  // namespace

void diagnose_server(const ServerSymptoms& here, const MachineSymptoms& machine,
                     std::vector<Finding>& found) {
  if (here.failure && is_objection(*here.failure)) {
    if (here.in_group) {
      found.push_back({login_refused, {to_string(here.at), here.failure->text}});
    }
  } else if (here.failure) {
    found.push_back({server_silent, {here.failure->text}});
  }
  diagnose_conf(here, found);
  if (here.volume) {
    diagnose_volume(*here.volume, found);
  }
  if (machine.memory_kills > 0) {
    found.push_back({memory_kills, {std::to_string(machine.memory_kills)}});
  }
  if (here.sentinel || here.failure) {
    return;
  }
  diagnose_memory(here.exam, machine, found);
  if (here.exam.save_failed) {
    found.push_back({save_failed, {to_string(here.at)}});
  }
}

void diagnose_times(const Symptoms& symptoms, std::vector<Finding>& found) {
  if (!symptoms.here || symptoms.here->sentinel || !symptoms.here->in_group) {
    return;
  }
  const TimeSymptoms& times = symptoms.times;
  if (times.stop_timeout < usual_handover + longest_write_pause) {
    found.push_back({stop_too_short, {time_text(times.stop_timeout)}});
  }
  const auto down_after = shortest_down_after(symptoms);
  if (down_after.count() == 0) {
    return;
  }
  if (times.fence_after && *times.fence_after >= down_after) {
    found.push_back({fence_too_late, {time_text(*times.fence_after), time_text(down_after)}});
  }
  if (times.live_timeout && *times.live_timeout < down_after) {
    found.push_back(
        {probe_before_failover, {time_text(*times.live_timeout), time_text(down_after)}});
  }
}

}  // namespace dkr
