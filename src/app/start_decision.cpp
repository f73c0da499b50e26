#include "dkr/app/start_decision.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include "dkr/app/outcome.hpp"
#include "dkr/core/base/codec.hpp"
#include "dkr/core/conf/wanted_conf.hpp"
#include "dkr/core/decide/start_check.hpp"
#include "dkr/core/node/node_data.hpp"
#include "dkr/group/find_master.hpp"
#include "dkr/group/find_role.hpp"
#include "dkr/platform/child_job.hpp"
#include "dkr/platform/log.hpp"
#include "dkr/platform/signals.hpp"

namespace dkr {
namespace {

Stopped look_failed() {
  return {fail({ExitStatus::os, "the look at the group failed"})};
}

/// Runs a job in a child process that is supervised like the server; returns its result.
template <class Work, class T = std::invoke_result_t<Work>>
OrStopped<T> answer_of(const Work& work, const Settings& own, const Environment& environment) {
  auto task = start_task([&work] {
    heed_stop();
    return encode(work());
  });
  if (!task) {
    return Stopped{fail(task.error())};
  }
  const Finish end = attend(task->release(), own, environment);
  if (end.stop_signal != 0) {
    return told_to_stop(end.stop_signal);
  }
  if (end.status != 0) {
    return look_failed();
  }
  const auto text = read_answer(*task, std::chrono::steady_clock::now());
  auto answer = text ? decode<T>(*text) : std::nullopt;
  return answer ? OrStopped<T>(std::move(*answer)) : look_failed();
}

/// What a sentinel's own file says of its group and of itself.
MonitorSeed known_of(const StartFacts& facts) {
  return monitored_by(facts.container.settings, facts.container.conf.effective);
}

/// True if a seed lacks the identity in the sentinel's file, because another sentinel has it.
bool has_lost(const MonitorSeed& seed, const std::string& own_id) {
  return !own_id.empty() && seed.myid.empty();
}

OrStopped<StartDecision> await_master(const StartFacts& facts, const Environment& environment) {
  const Settings& settings = facts.container.settings;
  const std::string own_id = known_of(facts).myid;
  const auto answer =
      answer_of([&] { return wait_for_master(settings, own_id); }, settings, environment);
  const auto* seed = std::get_if<std::optional<MonitorSeed>>(&answer);
  if (seed == nullptr) {
    return std::get<Stopped>(answer);
  }
  if (!*seed) {
    return Stopped{fail({ExitStatus::unavailable, "no master of group " + settings.group.value +
                                                      " in REDIS_BOOT_TIMEOUT_MS"})};
  }
  return StartDecision{*seed, {}, has_lost(**seed, own_id)};
}

OrStopped<StartDecision> await_company(const StartFacts& facts, const Environment& environment) {
  const Settings& settings = facts.container.settings;
  const MonitorSeed known = known_of(facts);
  // Who moves has another address, so a silent one says nothing.
  const bool waits = !known.master.host.empty() && !is_address(known.master.host);
  const auto ask = [&] {
    if (waits) {
      wait_for_company(settings, known);
    }
    return identity_is_taken(settings, known);
  };
  const auto answer = answer_of(ask, settings, environment);
  const auto* taken = std::get_if<bool>(&answer);
  return taken == nullptr ? OrStopped<StartDecision>(std::get<Stopped>(answer))
                          : StartDecision{{}, {}, *taken};
}

OrStopped<StartDecision> await_role(const Settings& settings, const NodeData& data,
                                    AfterEnd after_end, const Environment& environment) {
  const auto answer =
      answer_of([&] { return wait_for_role(settings, data, after_end); }, settings, environment);
  const auto* role = std::get_if<RoleDecision>(&answer);
  return role == nullptr ? OrStopped<StartDecision>(std::get<Stopped>(answer))
                         : StartDecision{{}, *role, false};
}

/// Looks once, for a plan.
std::optional<MonitorSeed> find_master_now(const Settings& settings, const std::string& own_id) {
  std::string reason;
  auto seed = find_master(settings, own_id, reason);
  if (!seed) {
    log::warn("would wait for the master: " + reason);
  }
  return seed;
}

}  // namespace

OrStopped<StartDecision> await_decision(const StartFacts& facts, AfterEnd after_end,
                                        const Environment& environment) {
  const Settings& settings = facts.container.settings;
  if (after_end == AfterEnd::new_identity) {
    return StartDecision{{}, {}, true};
  }
  switch (question_of(facts.container)) {
    case StartQuestion::nothing:
      break;
    case StartQuestion::master:
      return await_master(facts, environment);
    case StartQuestion::company:
      return await_company(facts, environment);
    case StartQuestion::role:
      return await_role(settings, *facts.data, after_end, environment);
  }
  return StartDecision{};
}

void take_name(StartFacts& facts, const StartDecision& decision) {
  const std::string name = decision.role      ? decision.role->group
                           : decision.monitor ? decision.monitor->group
                                              : std::string();
  if (!name.empty()) {
    facts.container.settings.group.value = name;
  }
}

StartDecision decide_now(const StartFacts& facts) {
  const Settings& settings = facts.container.settings;
  switch (question_of(facts.container)) {
    case StartQuestion::nothing:
    case StartQuestion::company:
      break;
    case StartQuestion::master: {
      const std::string own_id = known_of(facts).myid;
      auto seed = find_master_now(settings, own_id);
      const bool lost = seed && has_lost(*seed, own_id);
      return {std::move(seed), {}, lost};
    }
    case StartQuestion::role:
      return {{}, find_role(settings, *facts.data), false};
  }
  return {};
}

}  // namespace dkr
