#include "dkr/group/handover.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "dkr/core/base/text.hpp"
#include "dkr/core/base/timing.hpp"
#include "dkr/core/decide/handover_plan.hpp"
#include "dkr/core/node/replica_priority.hpp"
#include "dkr/group/find_role.hpp"
#include "dkr/group/look.hpp"
#include "dkr/group/own_addresses.hpp"
#include "dkr/group/promotion_ban.hpp"
#include "dkr/group/write_pause.hpp"
#include "dkr/platform/log.hpp"
#include "dkr/redis/data_node.hpp"
#include "dkr/redis/orders.hpp"
#include "dkr/redis/queries.hpp"

namespace dkr {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// One handover, from the write pause on.
class HandoverRun {
 public:
  HandoverRun(const Settings& settings, HandoverPlan plan, const Endpoint& own, bool stops)
      : settings_(settings),
        plan_(std::move(plan)),
        own_(settings, own),
        pause_(settings, own_),
        stops_(stops) {
    for (const Endpoint& at : plan_.candidates) {
      candidates_.emplace_back(settings_, at);
    }
  }

  /// Waits for so long, and returns true; returns false as soon as no candidate is left.
  bool wait(milliseconds delay) {
    const TimePoint end = steady_clock::now() + delay;
    while (steady_clock::now() < end) {
      if (std::all_of(candidates_.begin(), candidates_.end(),
                      [&](DataNode& peer) { return has_gone(peer.look(end)); })) {
        log::info("no handover: every replica that could be promoted has ended");
        return false;
      }
      std::this_thread::sleep_for(handover_poll_interval);
    }
    return true;
  }

  /// True if another node is the master now, and this one its replica.
  bool run(const Look& look) {
    begin_ = steady_clock::now();
    end_ = begin_ + plan_.pause;
    if (const auto refusal = pause_.begin(plan_.pause, end_); !refusal.empty()) {
      return give_up("the server: " + refusal);
    }
    for (DataNode& peer : candidates_) {
      if (!comes_into_step(peer)) {
        return give_up("replica " + to_string(peer.at()) + " did not come into step in time");
      }
    }
    if (const auto breach = pause_.breach(end_); !breach.empty()) {
      return give_up(breach);
    }
    const TimePoint replied = std::min(end_, steady_clock::now() + plan_.pause / 4);
    const auto [answer, in_doubt] = ask_failover(plan_.asked, settings_, replied);
    if (!in_doubt && answer != "OK" && !answer.starts_with("INPROG")) {
      return give_up("sentinel " + to_string(plan_.sentinel) + ": " + answer);
    }
    const auto master = promoted();
    if (!master) {
      return stay_in_doubt();
    }
    return follow(look.by_name(*master, settings_));
  }

  /// The replica that did not come into step; without a host if there is none, or if it does not
  /// answer and cannot be told to hold back.
  [[nodiscard]] const Endpoint& laggard() const { return laggard_; }

  /// True if one of several candidates has ended, and sentinels will soon know.
  [[nodiscard]] bool lost_one() const { return lost_one_; }

 private:
  /// True if no server listens where one did.
  static bool has_gone(const NodeView& seen) {
    return seen.failure && seen.failure->kind == Failure::Kind::refused_connection;
  }

  bool comes_into_step(DataNode& peer) {
    const long long offset = own_.look(end_).offset;
    const TimePoint last = begin_ + plan_.pause / 4;
    NodeView seen;
    while (steady_clock::now() < last && !has_gone(seen)) {
      seen = peer.look(last);
      if (!seen.failure && seen.offset >= offset) {
        return true;
      }
      std::this_thread::sleep_for(handover_poll_interval);
    }
    laggard_ = seen.failure ? Endpoint{} : peer.at();
    lost_one_ = has_gone(seen) && candidates_.size() > 1;
    return false;
  }

  /// Waits for the new master. Sentinel disconnects the clients of a node that it promotes, us too.
  /// If all candidates have ended, there is nothing to wait for: this server ends as well.
  std::optional<Endpoint> promoted() {
    bool all_gone = false;
    while (steady_clock::now() < end_ - demotion_reserve && !(stops_ && all_gone)) {
      all_gone = true;
      for (DataNode& peer : candidates_) {
        const NodeView seen = peer.look(end_);
        if (seen.role == NodeView::Role::master) {
          return peer.at();
        }
        all_gone = all_gone && has_gone(seen);
      }
      std::this_thread::sleep_for(handover_poll_interval);
    }
    return std::nullopt;
  }

  /// Follows the new master. Clients go on only once nothing can be written here any more.
  bool follow(const Endpoint& master) {
    const std::string refusal = pause_.end_as_replica(master);
    if (!refusal.empty()) {
      log::error("handed over to " + to_string(master) + ", but the server refused: " + refusal);
      return false;
    }
    const auto took = std::chrono::duration_cast<milliseconds>(steady_clock::now() - begin_);
    log::info("handed over to " + to_string(master) + " in " + std::to_string(took.count()) +
              " ms");
    return true;
  }

  /// A candidate that does not answer any more may have been promoted before it fell silent. What
  /// the server took from now on would be lost, so a server that is about to end takes nothing.
  bool stay_in_doubt() {
    if (stops_) {
      pause_.extend(settings_.stop_timeout.value);
      log::warn("no handover: nobody was promoted in time; the server takes no more writes");
      return false;
    }
    return give_up("nobody was promoted in time");
  }

  bool give_up(const std::string& why) {
    pause_.end();
    log::warn("no handover: " + why);
    return false;
  }

  const Settings& settings_;
  HandoverPlan plan_;
  DataNode own_;
  WritePause pause_;
  bool stops_;  ///< the server ends after this, whatever comes of it
  std::vector<DataNode> candidates_;
  Endpoint laggard_;
  bool lost_one_ = false;
  TimePoint begin_{};
  TimePoint end_{};
};

/// Waits until the sentinel names another node: clients ask the sentinels for the master, and until
/// these know the new one, the old one is still there.
void wait_until_named(const Settings& settings, const Endpoint& sentinel,
                      const std::vector<Endpoint>& me) {
  const TimePoint deadline = steady_clock::now() + longest_look_timeout;
  while (steady_clock::now() < deadline) {
    const auto view = ask_sentinel(sentinel, settings, deadline);
    if (view.failure || !contains(me, view.master)) {
      return;
    }
    std::this_thread::sleep_for(handover_poll_interval);
  }
}

/// A handover, and a second attempt without a replica that could not come into step.
class HandoverAttempts {
 public:
  HandoverAttempts(const Settings& settings, Endpoint server, bool stops)
      : settings_(settings),
        server_(std::move(server)),
        stops_(stops),
        me_(my_endpoints(settings, server_.port)),
        promotion_ban_(settings),
        end_(steady_clock::now() + settings.stop_timeout.value / 2) {}

  /// True if another node is the master now.
  bool run() {
    const bool done = attempt() || ((again_ || !promotion_ban_.empty()) && again());
    promotion_ban_.release();
    return done;
  }

 private:
  bool again() {
    std::this_thread::sleep_until(promotion_ban_.known_at());
    return attempt();
  }

  bool attempt() {
    const Look look = look_at_group(
        settings_, {running_look_timeout, running_look_timeout, true, me_, server_.port});
    HandoverPlan plan = plan_handover(look.view, me_);
    if (plan.obstacle != HandoverObstacle::none) {
      log::info("no handover: " + describe(plan));
      hold_back(look.view, plan.about);
      return false;
    }
    const bool in_time =
        steady_clock::now() + plan.delay + plan.pause + running_look_timeout < end_;
    const milliseconds delay = in_time ? plan.delay : 0ms;
    const Endpoint sentinel = plan.sentinel;
    HandoverRun run(settings_, std::move(plan), server_, stops_);
    if (!run.wait(delay)) {
      return false;
    }
    if (!run.run(look)) {
      hold_back(look.view, run.laggard());
      again_ = run.lost_one() && has_time_again() && run.wait(replica_info_age);
      return false;
    }
    wait_until_named(settings_, sentinel, me_);
    return true;
  }

  /// Bans the laggard, if another replica can take over and there is time for that.
  void hold_back(const GroupView& view, const Endpoint& laggard) {
    const NodeView* node = find_node(view, laggard);
    const bool others = std::any_of(view.nodes.begin(), view.nodes.end(), [&](const auto& other) {
      return other.role == NodeView::Role::replica && other.link_up && other.at != laggard;
    });
    if (node != nullptr && node->role == NodeView::Role::replica && others && has_time_again()) {
      promotion_ban_.add(*node);
    }
  }

  [[nodiscard]] bool has_time_again() const {
    return steady_clock::now() + replica_info_age + usual_handover < end_;
  }

  const Settings& settings_;
  Endpoint server_;
  bool stops_;          ///< the server ends after the handover
  bool again_ = false;  ///< there may be a replica that can take over
  std::vector<Endpoint> me_;
  PromotionBan promotion_ban_;
  TimePoint end_;
};

/// Sets how the server ends, where it can be set (Redis 7.0). Lowers shutdown-timeout, for which it
/// waits for lagging replicas: the default is longer than we wait for the server. What the user
/// wants of SIGTERM it does for deaf_server_stop. Source: redis.conf, shutdown-timeout and
/// shutdown-on-sigterm.
void settle_shutdown(const Settings& settings, const Endpoint& server) {
  const TimePoint deadline = steady_clock::now() + running_look_timeout;
  const auto longest =
      std::chrono::duration_cast<std::chrono::seconds>(settings.stop_timeout.value / 4).count();
  const auto set = DataNode(settings, server).ask({"CONFIG", "GET", "shutdown-*"}, deadline);
  if (!set) {
    return;
  }
  std::vector<std::vector<std::string>> orders;
  const std::string timeout = field(*set, "shutdown-timeout");
  if (!timeout.empty() && !parse_number(timeout, 0, longest)) {
    orders.push_back({"CONFIG", "SET", "shutdown-timeout", std::to_string(longest)});
  }
  const std::string manner = field(*set, "shutdown-on-sigterm");
  if (manner != field(*set, "shutdown-on-sigint")) {
    orders.push_back({"CONFIG", "SET", "shutdown-on-sigint", manner});
  }
  if (!orders.empty()) {
    give_orders(server, settings, orders, deadline);
  }
}

/// Hands the master over. `stops`: its server ends after this.
Handover hand_over_before(bool stops, const Settings& settings, const NodeView& own) {
  if (own.role != NodeView::Role::master) {
    return Handover::needless;
  }
  HandoverAttempts attempts(settings, own.at, stops);
  return attempts.run() ? Handover::done : Handover::impossible;
}

/// Asks our own server what it is, and gives a busy one time.
NodeView look_at(const Endpoint& server, const Settings& settings) {
  return DataNode(settings, server).look(steady_clock::now() + settings.stop_timeout.value / 4);
}

void hold_back(const NodeView& own, const Settings& settings) {
  if (own.role == NodeView::Role::replica) {
    give_orders(own.at, settings,
                {{"CONFIG", "SET", "replica-priority", std::to_string(held_back(own.priority))}},
                steady_clock::now() + running_look_timeout);
  }
}

}  // namespace

Handover hand_over(const Settings& settings, const Endpoint& server) {
  return hand_over_before(false, settings, look_at(server, settings));
}

void prepare_stop(const Settings& settings, const Endpoint& server) {
  const NodeView own = look_at(server, settings);
  if (hand_over_before(true, settings, own) == Handover::needless) {
    hold_back(own, settings);
  }
  settle_shutdown(settings, server);
}

}  // namespace dkr
