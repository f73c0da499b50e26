#include "dkr/group/find_role.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "dkr/core/base/timing.hpp"
#include "dkr/core/decide/handover_plan.hpp"
#include "dkr/core/decide/sentinel_master.hpp"
#include "dkr/core/view/pause.hpp"
#include "dkr/group/look.hpp"
#include "dkr/group/own_addresses.hpp"
#include "dkr/group/promotion_ban.hpp"
#include "dkr/group/retry.hpp"
#include "dkr/group/take_name.hpp"
#include "dkr/platform/child_job.hpp"
#include "dkr/platform/log.hpp"
#include "dkr/platform/own_way.hpp"
#include "dkr/platform/wall_clock.hpp"
#include "dkr/redis/orders.hpp"
#include "dkr/redis/queries.hpp"
#include "dkr/redis/resolver.hpp"

namespace dkr {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// Returns until when the group is paused, by the sentinels or by the note.
WallTime paused_until(const NodeData& local, const Look& look) {
  return pause_after({local.paused_until, {}}, look.view).kept;
}

/// `learned` is kept from look to look.
RoleDecision decide(const Settings& settings, const NodeData& local, const Look& look,
                    const std::vector<Endpoint>& own, const Retry& retry, AfterEnd after_end,
                    StartMemory& learned) {
  RoleInputs inputs{own, look.set_master, look.peers, retry.waited(), after_end};
  inputs.paused = is_paused(paused_until(local, look));
  const Situation now{settings, local, look.view, inputs};
  learned = learn(learned, now);
  inputs.learned = learned;
  return decide_start_role(now);
}

/// Which of the addresses that a first start was told are this node's. Who a server is, is no
/// matter of addresses, and ours does not run yet: who answers is another, and where a word of ours
/// arrives it is this node, behind a virtual address or a published port.
class OwnAddresses {
 public:
  OwnAddresses(const Settings& settings, const NodeData& local)
      : all(my_endpoints(settings, local.port)),
        port_(local.role == NodeData::Role::none && !local.has_data ? local.port : 0) {
    const auto interfaces = interface_addresses();
    for (const Endpoint& at : all) {
      const bool is_ours = at.port == local.port && std::find(interfaces.begin(), interfaces.end(),
                                                              at.host) != interfaces.end();
      if (port_ != 0 && !is_ours) {
        claimed_.push_back(at);
      }
    }
  }

  std::vector<Endpoint> all;  ///< of this node, as far as is known

  /// Returns those that need not be asked.
  [[nodiscard]] std::vector<Endpoint> unasked() const {
    std::vector<Endpoint> some = all;
    std::erase_if(some, [this](const Endpoint& at) { return contains(claimed_, at); });
    return some;
  }

  /// Gives up what another one answers at; elsewhere it is as if nobody had been asked.
  void give_up(Look& look) {
    std::erase_if(look.view.nodes, [this](const NodeView& node) {
      return contains(claimed_, node.at) && node.failure.has_value();
    });
    for (const NodeView& node : look.view.nodes) {
      if (contains(claimed_, node.at)) {
        log::warn("another node answers at " + to_string(node.at) +
                  ", which this one was told to announce");
        std::erase(claimed_, node.at);
        std::erase(all, node.at);
      }
    }
  }

  /// Tries those where a host is and nobody has answered, now and then. True if one leads here.
  bool find(const Look& look) {
    const TimePoint now = steady_clock::now();
    const auto candidates = candidates_in(look);
    if (port_ == 0 || candidates.empty() || (tried_ && now < *tried_ + own_way_interval)) {
      return false;
    }
    tried_ = now;
    const TimePoint deadline = now + static_cast<int>(candidates.size() + 1) * own_way_limit;
    const auto found = in_child(
        [&] { return leading_here(candidates, port_, deadline - own_way_limit); }, deadline);
    for (const Endpoint& at : found.value_or(std::vector<Endpoint>())) {
      log::info("this node itself answers at " + to_string(at));
      all.push_back(at);
    }
    return found && !found->empty();
  }

 private:
  /// True if somebody has refused or ended the connection at once: a host, or what stands before
  /// it.
  static bool is_refused(const NodeView& node) {
    using Kind = Failure::Kind;
    return node.failure &&
           (node.failure->kind == Kind::refused_connection ||
            (node.failure->kind == Kind::silent && node.failure->text != too_late().text));
  }

  static std::vector<Endpoint> candidates_in(const Look& look) {
    constexpr std::size_t most = 4;
    std::vector<Endpoint> found;
    for (const NodeView& node : look.view.nodes) {
      const bool told = contains(look.set_master, node.at) || contains(look.peers, node.at);
      if (told && is_address(node.at.host) && is_refused(node) && found.size() < most) {
        found.push_back(node.at);
      }
    }
    return found;
  }

  std::uint16_t port_;             ///< 0: no first start, and nothing is tried
  std::vector<Endpoint> claimed_;  ///< told, and of no interface
  std::optional<TimePoint> tried_;
};

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
  OwnAddresses own(settings, local);
  const Retry retry({longest_look_timeout, longest_look_timeout, true, own.unasked(), local.port},
                    longest_role_backoff);
  Look look = look_by_its_name(settings, local.group, retry);
  own.give_up(look);
  StartMemory learned;
  RoleDecision decision = decide(settings, local, look, own.all, retry, AfterEnd::leave, learned);
  decision.group = taken_name(told, settings);
  return decision;
}

RoleDecision wait_for_role(const Settings& told, const NodeData& local, AfterEnd after_end) {
  Settings settings = told;
  OwnAddresses own(settings, local);
  Retry retry({first_look_timeout, first_look_timeout, true, {}, local.port}, longest_role_backoff);
  Promotion promotion(settings);
  StartMemory learned;
  while (true) {
    retry.options.skip = own.unasked();
    Look look = look_by_its_name(settings, local.group, retry);
    own.give_up(look);
    if (own.find(look)) {
      continue;
    }
    RoleDecision decision = decide(settings, local, look, own.all, retry, after_end, learned);
    if (decision.action != RoleAction::wait && decision.action != RoleAction::promote) {
      promotion.end();
      log::info(describe(decision));
      decision.found.server = look.by_name(decision.found.server, settings);
      decision.group = taken_name(told, settings);
      return decision;
    }
    log::debug([&] { return "decided: " + describe(decision); });
    const WallTime until = paused_until(local, look);
    retry.log(
        "waits for its role in group " + settings.group.value + ": " + describe(decision.found),
        (is_paused(until) ? "; the group is paused until " + to_text(until) : "") +
            failures(look.view));
    if (decision.action == RoleAction::promote) {
      promotion.go_on(look.view);
      retry.reset_backoff();
    }
    retry.wait(0ms);
  }
}

}  // namespace dkr
