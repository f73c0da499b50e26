#include "dkr/watch/member_watcher.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "dkr/core/base/match.hpp"
#include "dkr/core/base/timing.hpp"
#include "dkr/core/decide/crash_cost.hpp"
#include "dkr/core/decide/debug_text.hpp"
#include "dkr/core/decide/gate.hpp"
#include "dkr/core/health/health_view.hpp"
#include "dkr/core/init/heartbeat.hpp"
#include "dkr/platform/log.hpp"
#include "dkr/redis/queries.hpp"
#include "dkr/watch/absence_watch.hpp"
#include "dkr/watch/loop.hpp"
#include "dkr/watch/node_health.hpp"
#include "dkr/watch/note_keeper.hpp"
#include "dkr/watch/pause_watch.hpp"
#include "dkr/watch/role_look.hpp"
#include "dkr/watch/sentinel_pollers.hpp"
#include "dkr/watch/sentinel_search.hpp"
#include "dkr/watch/server_poller.hpp"

namespace dkr {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// Logs a lasting failure of the server, once.
class FailureLog {
 public:
  /// `failure` is the present one; empty if there is none.
  void take(const std::string& failure, TimePoint now) {
    if (failure.empty() || failure != failure_) {
      failure_ = failure;
      since_ = now;
      told_ = false;
    } else if (!told_ && now - since_ > failure_grace) {
      told_ = true;
      log::warn("the watcher cannot talk to the server: " + failure);
    }
  }

 private:
  std::string failure_;
  TimePoint since_{};
  bool told_ = false;
};

bool is_foreign(const std::optional<RoleCase>& found) {
  return found && found->kind == RoleCase::Kind::foreign_data;
}

/// Polls, and passes what it hears to those that decide: the fence and its gate, the look at the
/// role, PID 1 and the health endpoint. Every callback reads the clock once.
class MemberWatcher {
 public:
  MemberWatcher(const WatchOrders& orders, const UniqueFd& to_init, event_base& loop)
      : orders_(orders),
        to_init_(to_init),
        me_(orders.me),
        since_(steady_clock::now()),
        gate_{{orders.note.users_limits, orders.note.fenced}},
        pause_(orders.settings.group.value, orders.note.paused_until),
        server_(loop, {orders.server, node_access(orders.settings)},
                [this] { on_server(steady_clock::now()); }),
        sentinels_(loop, orders.settings, me_, [this] { judge(steady_clock::now()); }),
        search_(loop, orders.settings,
                [this](const auto& found) { sentinels_.add(found, steady_clock::now()); }),
        keeper_(loop, orders.settings, orders.note,
                [this](const GateNote& note) { on_note(note, steady_clock::now()); }),
        look_(loop, {orders.settings, orders.server, orders.storage}, orders.followed,
              [this] { on_look(steady_clock::now()); }),
        absence_(loop, orders.settings),
        health_(loop, orders.health, orders.settings),
        tick_(loop, [this] { return tick(); }) {}

  void begin() {
    sentinels_.update(orders_.note.memory.sentinels, since_);
    tick_.begin();
  }

 private:
  /// Returns the pause before the next tick.
  milliseconds tick() {
    const TimePoint now = steady_clock::now();
    write_all(to_init_, std::string(1, heartbeat(now)));
    server_.poll(now, server_timeout);
    sentinels_.poll(now);
    health_.poll(server_, now);
    failure_.take(server_.failure(), now);
    absence_.poll(fence_view(now), me_, now);
    judge(now);
    keep_pause(now);
    look_.end_after(watcher_job_timeout, now);
    keeper_.end_after(watcher_job_timeout, now);
    if (server_.heard()) {
      const NodeStanding node = standing(now);
      look_.start_if_due({node.own, keeper_.note(), is_at_rest(keeper_.note(), node),
                          newest_vote(sentinels_.sights())},
                         now);
      keeper_.keep_if_due(node, now);
      if (!node.named()) {
        search_.start_if_due(now);
      }
    }
    return next_pause();
  }

  [[nodiscard]] milliseconds next_pause() const {
    const bool ready = server_.heard() && !sentinels_.empty();
    return ready ? std::clamp(fence_limit() / 4, shortest_poll_interval, longest_poll_interval)
                 : shortest_poll_interval;
  }

  [[nodiscard]] milliseconds fence_limit() const {
    return fence_after(orders_.settings, sentinels_.sights(), orders_.note.memory);
  }

  [[nodiscard]] NodeStanding standing(TimePoint now) const {
    return {server_.view(), me_, sentinels_.lately(now), memory_of(fence_view(now), me_)};
  }

  [[nodiscard]] FenceView fence_view(TimePoint now) const {
    return {server_.view(),
            server_.heard().value_or(TimePoint{}),
            sentinels_.sights(),
            look_.report().peers,
            since_,
            gate_.gate,
            is_foreign(look_.report().found),
            orders_.note.memory,
            elapsed(failing_since_, now),
            orders_.note.mark.has_value(),
            keeper_.note().identity.epoch,
            pause_.holds(),
            absence_.absent()};
  }

  /// Returns the heartbeat for PID 1.
  [[nodiscard]] char heartbeat(TimePoint now) const {
    // While the group is paused, what follows a crash is the operator's.
    const bool paused = pause_.until() != WallTime{};
    if (hangs(now) && !paused) {
      return to_byte(ServerHung{});
    }
    const bool groups_own = keeper_.note().group == orders_.settings.group.value && !paused;
    return to_byte(
        Heartbeat{groups_own ? crash_cost_of(server_.view(), fence_limit()) : CrashCost::nothing});
  }

  /// True if the server hangs, and would wake up as a master beside another.
  [[nodiscard]] bool hangs(TimePoint now) const {
    if (server_.view().role != NodeView::Role::master || now - *server_.heard() < hang_timeout) {
      return false;
    }
    const auto other = standing(now).named();
    return orders_.settings.fence.value && other && !contains(me_, *other);
  }

  void on_server(TimePoint now) {
    if (!std::exchange(examined_, true)) {
      server_.examine([](const std::string& complaint) {
        log::warn("the watcher cannot do all of its work: " + complaint);
      });
    }
    if (server_.limits()) {
      step(LimitsSeen{*server_.limits(), *server_.heard()}, now);
    }
    judge(now);
  }

  void on_note(const GateNote& note, TimePoint now) {
    step(NoteWritten{note}, now);
    server_.poll(now, server_timeout);  // a guarded gate needs limits that were polled after this
  }

  void on_look(TimePoint now) {
    const LookReport& report = look_.report();
    // Fewer addresses do not count: a node that is cut off has fewer for a while.
    if (std::any_of(report.me.begin(), report.me.end(),
                    [this](const auto& at) { return !contains(me_, at); })) {
      log::info("the node has another address: " + to_string(report.me.front()));
      me_ = report.me;
    }
    sentinels_.update(report.sentinels, now);
  }

  void judge(TimePoint now) {
    pause_.take(sentinels_.lately(now));
    keeper_.set_pause(pause_.until());
    const bool knows_group = look_.looked() || !orders_.note.memory.sentinels.empty();
    if (gate_.is_known() && knows_group) {
      const FenceView view = fence_view(now);
      const FenceVerdict verdict = judge_fence(orders_.settings, view, me_, now);
      failing_since_ = failing_since(failing_since_, verdict.reason, now);
      if (verdict.reason != judged_) {
        judged_ = verdict.reason;
        log::debug(
            [&] { return "fence: " + describe(verdict.reason) + ": " + debug_text(view, now); });
      }
      step(VerdictReached{verdict}, now);
    }
    show_health(now);
  }

  static void tell_pause(const PauseOrder& order, const std::string& reply) {
    const std::string sentinel = to_string(order.sentinel);
    log::warn(order.begins ? "gave sentinel " + sentinel + " the pause of the group: " + reply
                           : "ended the pause of sentinel " + sentinel +
                                 ", which is over or not the group's: " + reply);
  }

  void keep_pause(TimePoint now) {
    for (const PauseOrder& order : pause_.due(sentinels_.lately(now), now)) {
      const auto command = quorum_command(orders_.settings.group.value, order.value);
      sentinels_.tell(order.sentinel, command,
                      [order](const std::string& reply) { tell_pause(order, reply); });
    }
  }

  void show_health(TimePoint now) {
    if (!health_.is_wanted()) {
      return;
    }
    HealthView view;
    view.group = orders_.settings.group.value;
    view.gate = gate_.gate;
    view.gate_reason = gate_.reason ? describe(*gate_.reason) : "";
    view.standing = standing_of(sentinels_.ever(), sentinels_.lately(now), me_);
    view.standing.looked = look_.looked();
    view.paused_until = pause_.until();
    health_.show(std::move(view), server_, now);
  }

  void step(const GateEvent& event, TimePoint now) {
    const GateStep done = gate_step(gate_, event, now);
    gate_ = done.next;
    for (std::size_t i = 0; i < done.count; ++i) {
      match(done.effects[i], [&](const auto& effect) { act(effect, now); });
    }
  }

  void act(const WriteNote& write, TimePoint now) {
    keeper_.set_gate(write.note);
    keeper_.keep_if_due(standing(now), now);
  }

  void act(const TellGate& tell, TimePoint /*now*/) const {
    const std::string reason = describe(tell.verdict.reason);
    switch (tell.verdict.gate) {
      case Gate::open:
        return log::info("fence opened, taking writes again: " + reason);
      case Gate::guarded:
        return log::warn("fence guarded, taking writes only while every replica is linked: " +
                         reason);
      case Gate::closed:
        return log::warn("fence closed, refusing writes: " + reason);
    }
  }

  void act(const TellHandoverEnded& /*tell*/, TimePoint /*now*/) const {
    log::warn("a handover ended without restoring the user's min-replicas limits: restoring them");
  }

  void act(const SetLimits& set, TimePoint /*now*/) {
    server_.set_limits(set.limits, set.keep, [this, limits = set.limits](bool done) {
      const TimePoint now = steady_clock::now();
      if (!done) {
        return step(SetLimitsFailed{}, now);
      }
      step(LimitsSet{limits}, now);
      judge(now);
    });
  }

  const WatchOrders& orders_;
  const UniqueFd& to_init_;
  std::vector<Endpoint> me_;  ///< all endpoints of this node
  TimePoint since_;           ///< start of the watch
  GateState gate_;
  std::optional<FenceReason> judged_;       ///< of the newest verdict
  std::optional<TimePoint> failing_since_;  ///< when a sentinel began to fail over
  PauseWatch pause_;
  bool examined_ = false;
  FailureLog failure_;
  ServerPoller server_;
  SentinelPollers sentinels_;
  SentinelSearch search_;
  NoteKeeper keeper_;
  RoleLook look_;
  AbsenceWatch absence_;
  NodeHealth health_;
  Tick tick_;
};

}  // namespace

int watch(const WatchOrders& orders, const UniqueFd& to_init) {
  return run_watcher<MemberWatcher>(orders, to_init);
}

}  // namespace dkr
