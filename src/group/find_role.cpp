#include "dkr/group/find_role.hpp"

#include <algorithm>
#include <chrono>
#include <vector>

#include "dkr/core/base/timing.hpp"
#include "dkr/core/decide/handover_plan.hpp"
#include "dkr/core/decide/sentinel_master.hpp"
#include "dkr/group/look.hpp"
#include "dkr/group/own_addresses.hpp"
#include "dkr/group/promotion_ban.hpp"
#include "dkr/group/retry.hpp"
#include "dkr/group/take_name.hpp"
#include "dkr/platform/child_job.hpp"
#include "dkr/platform/log.hpp"
#include "dkr/redis/orders.hpp"
#include "dkr/redis/queries.hpp"
#include "dkr/redis/resolver.hpp"

namespace dkr {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// `learned` is kept from look to look.
RoleDecision decide(const Settings& settings, const NodeData& local, const Look& look,
                    const Retry& retry, AfterEnd after_end, StartMemory& learned) {
  RoleInputs inputs{retry.options.skip, look.set_master, look.peers, retry.waited(), after_end};
  const Situation now{settings, local, look.view, inputs};
  learned = learn(learned, now);
  inputs.learned = learned;
  return decide_start_role(now);
}

/// Has another node promoted, after banning the replicas that have less data.
class Promotion {
 public:
  explicit Promotion(const Settings& settings) : settings_(settings), promotion_ban_(settings) {}

  /// Does what is due now; asks for a failover every failover_retry_interval.
  void go_on(const GroupView& view) {
    if (const SentinelView* sentinel = sentinel_to_ask(view)) {
      for (const NodeView& node : outpaced(*sentinel, view)) {
        promotion_ban_.add(node);
      }
    }
    const TimePoint now = steady_clock::now();
    if (now >= promotion_ban_.known_at() && now >= asked_ + failover_retry_interval) {
      ask_for_failover(settings_, view);
      asked_ = now;
    }
  }

  /// Ends the ban: another node was promoted, or none will be.
  void end() { promotion_ban_.release(); }

 private:
  const Settings& settings_;
  PromotionBan promotion_ban_;
  TimePoint asked_{};
};

}  // namespace

void ask_for_failover(const Settings& settings, const GroupView& view) {
  const SentinelView* sentinel = sentinel_to_ask(view);
  if (sentinel == nullptr) {
    return log::info("no sentinel is asked for a failover: each only observes for now (TILT)");
  }
  const FailoverSentinel whom = addressed(*sentinel, view);
  const TimePoint deadline = steady_clock::now() + longest_look_timeout;
  const auto answer =
      in_child([&] { return ask_failover(whom, settings, deadline).text; }, deadline);
  log::info("asked sentinel " + to_string(sentinel->at) +
            " for a failover: " + answer.value_or(too_late().text));
}

RoleDecision find_role(const Settings& told, const NodeData& local) {
  Settings settings = told;
  const Retry retry({longest_look_timeout, longest_look_timeout, true,
                     my_endpoints(settings, local.port), local.port},
                    longest_role_backoff);
  StartMemory learned;
  const Look look = look_by_its_name(settings, local.group, retry);
  RoleDecision decision = decide(settings, local, look, retry, AfterEnd::leave, learned);
  decision.group = taken_name(told, settings);
  return decision;
}

RoleDecision wait_for_role(const Settings& told, const NodeData& local, AfterEnd after_end) {
  Settings settings = told;
  Retry retry({first_look_timeout, first_look_timeout, true, my_endpoints(settings, local.port),
               local.port},
              longest_role_backoff);
  Promotion promotion(settings);
  StartMemory learned;
  while (true) {
    const Look look = look_by_its_name(settings, local.group, retry);
    RoleDecision decision = decide(settings, local, look, retry, after_end, learned);
    if (decision.action != RoleAction::wait && decision.action != RoleAction::promote) {
      promotion.end();
      log::info(describe(decision));
      decision.found.server = look.by_name(decision.found.server, settings);
      decision.group = taken_name(told, settings);
      return decision;
    }
    log::debug([&] { return "decided: " + describe(decision); });
    retry.log(
        "waits for its role in group " + settings.group.value + ": " + describe(decision.found),
        failures(look.view));
    if (decision.action == RoleAction::promote) {
      promotion.go_on(look.view);
      retry.reset_backoff();
    }
    retry.wait(0ms);
  }
}

}  // namespace dkr
