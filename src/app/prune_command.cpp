#include "dkr/app/prune_command.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "dkr/app/outcome.hpp"
#include "dkr/core/base/timing.hpp"
#include "dkr/core/conf/own_server.hpp"
#include "dkr/core/decide/prune.hpp"
#include "dkr/group/fleet.hpp"
#include "dkr/group/look.hpp"
#include "dkr/group/prune.hpp"
#include "dkr/platform/child_job.hpp"
#include "dkr/redis/queries.hpp"

namespace dkr {
namespace {

using std::chrono::steady_clock;

/// True if a later look may find what this one does not.
bool may_pass(PruneReason reason) {
  return reason == PruneReason::failing_over || reason == PruneReason::master_missed ||
         reason == PruneReason::sentinel_silent || reason == PruneReason::differ ||
         reason == PruneReason::relearning || reason == PruneReason::between;
}

/// Prunes the groups of one sentinel after another.
class HandPrune {
 public:
  explicit HandPrune(Settings settings) : settings_(std::move(settings)) {}

  /// True if the sentinel knows nobody any more in this group who is gone.
  bool prune(const Endpoint& sentinel, const std::string& group) {
    settings_.group.value = group;
    const std::string name = "group " + group + ": sentinel " + to_string(sentinel);
    const PruneVerdict verdict = await_verdict(sentinel, name);
    if (verdict.reason == PruneReason::nobody_down) {
      tell(name + " knows nobody who is gone");
      return true;
    }
    if (verdict.reason != PruneReason::forgets) {
      tell(name + " forgets nobody: " + describe(verdict));
      return false;
    }
    tell(name + " forgets " + names_of(verdict));
    const OwnServer server{sentinel, sentinel_access(settings_)};
    const auto failure = in_child([&] { return forget(server, group, verdict); },
                                  steady_clock::now() + watcher_job_timeout);
    forgot_[group] = steady_clock::now();
    if (!failure || !failure->empty()) {
      tell(name + ": " + failure.value_or(too_late().text));
    }
    return failure && failure->empty();
  }

 private:
  static void tell(const std::string& line) { static_cast<void>(print(line + "\n")); }

  PruneVerdict await_verdict(const Endpoint& sentinel, const std::string& name) {
    const TimePoint deadline = steady_clock::now() + prune_interval + relearn_timeout;
    PruneReason told = PruneReason::forgets;
    while (true) {
      PruneVerdict verdict = look(sentinel);
      if (!may_pass(verdict.reason) || steady_clock::now() > deadline) {
        return verdict;
      }
      if (std::exchange(told, verdict.reason) != verdict.reason) {
        tell(name + " waits: " + describe(verdict));
      }
      std::this_thread::sleep_for(longest_look_interval);
    }
  }

  PruneVerdict look(const Endpoint& sentinel) {
    const GroupView view = ask_these({sentinel}, {}, settings_, longest_look_timeout);
    if (view.sentinels.empty() || !view.sentinels.front().knows_group) {
      return {PruneReason::sentinel_silent, sentinel};
    }
    const PruneLook found = look_from(view.sentinels.front(), settings_);
    PruneMemory memory;
    const TimePoint now = steady_clock::now();
    remember(memory, found, now);
    if (const auto last = forgot_.find(settings_.group.value); last != forgot_.end()) {
      memory.forgot = last->second;
    }
    return judge_prune(memory, found, {0ms, true}, now);
  }

  Settings settings_;
  std::map<std::string, TimePoint> forgot_;  ///< when a sentinel has last forgotten servers
};

}  // namespace

int prune(const Settings& settings, const std::optional<Endpoint>& own) {
  FleetView fleet = look_at_fleet(settings, own);
  std::sort(fleet.begin(), fleet.end(),
            [](const FleetSentinel& a, const FleetSentinel& b) { return a.id < b.id; });
  HandPrune prune(settings);
  bool any = false;
  bool all = true;
  for (const FleetSentinel& sentinel : fleet) {
    for (const SeenGroup& group : sentinel.groups) {
      any = true;
      all = prune.prune(sentinel.at, group.name) && all;
    }
  }
  if (!any) {
    return fail({ExitStatus::unavailable, "no sentinel answers that monitors a group"});
  }
  return static_cast<int>(all ? ExitStatus::ok : ExitStatus::unavailable);
}

}  // namespace dkr
