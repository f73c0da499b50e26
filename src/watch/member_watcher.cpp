#include "dkr/watch/member_watcher.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

#include "dkr/core/base/timing.hpp"
#include "dkr/core/decide/crash_cost.hpp"
#include "dkr/core/health/health_view.hpp"
#include "dkr/core/init/heartbeat.hpp"
#include "dkr/core/view/votes.hpp"
#include "dkr/group/look_report.hpp"
#include "dkr/group/note_file.hpp"
#include "dkr/group/reconcile.hpp"
#include "dkr/platform/log.hpp"
#include "dkr/watch/background_job.hpp"
#include "dkr/watch/loop.hpp"
#include "dkr/watch/node_health.hpp"
#include "dkr/watch/sentinel_poller.hpp"
#include "dkr/watch/server_poller.hpp"

namespace dkr {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// All that the watcher knows and has at work.
class Watcher {
 public:
  Watcher(const WatchOrders& orders, const UniqueFd& to_init, event_base& loop)
      : orders_(orders),
        to_init_(to_init),
        loop_(loop),
        me_(orders.me),
        note_(orders.note),
        since_(steady_clock::now()),
        server_(loop, orders.server, orders.settings, [this] { on_server(); }),
        health_(loop, orders.health, orders.settings),
        look_(loop),
        keep_(loop),
        tick_(loop, [this] { return tick(); }) {}

  void begin() { tick_.begin(); }

 private:
  /// Answers the pause to the next.
  milliseconds tick() {
    const TimePoint now = steady_clock::now();
    write_all(to_init_, std::string(1, heartbeat(now)));
    server_.poll(now, server_timeout);
    for (const auto& sentinel : sentinels_) {
      sentinel->poll(now, server_timeout);
    }
    health_.poll(server_, now);
    tell_failure(now);
    judge();
    look_.end_after(watcher_job_timeout, now);
    keep_.end_after(watcher_job_timeout, now);
    look_if_due(now);
    keep_if_due(now);
    return next_pause();
  }

  [[nodiscard]] milliseconds next_pause() const {
    const bool ready = server_.heard() && !sentinels_.empty();
    return ready ? std::clamp(fence_limit() / 4, shortest_poll_interval, longest_poll_interval)
                 : shortest_poll_interval;
  }

  [[nodiscard]] milliseconds fence_limit() const { return fence_after(orders_.settings, sights()); }

  [[nodiscard]] std::vector<SentinelSight> sights() const {
    std::vector<SentinelSight> all;
    all.reserve(sentinels_.size());
    for (const auto& sentinel : sentinels_) {
      all.push_back(sentinel->sight());
    }
    return all;
  }

  /// What the sentinels say, as far as they have been heard lately.
  [[nodiscard]] GroupView heard() const {
    GroupView view;
    const TimePoint horizon = steady_clock::now() - sentinel_answer_lifetime;
    for (const SentinelSight& sight : sights()) {
      if (heard_since(sight, horizon)) {
        view.sentinels.push_back(sight.view);
      }
    }
    return view;
  }

  /// Whom most of them name.
  [[nodiscard]] std::optional<Endpoint> named() const { return named_by_majority(heard()); }

  /// For PID 1.
  [[nodiscard]] char heartbeat(TimePoint now) const {
    if (hangs(now)) {
      return to_byte(ServerHung{});
    }
    const bool groups_own = note_.group == orders_.settings.group.value;
    return to_byte(
        Heartbeat{groups_own ? crash_cost_of(server_.view(), fence_limit()) : CrashCost::nothing});
  }

  /// Whether the server would wake up as a master beside another.
  [[nodiscard]] bool hangs(TimePoint now) const {
    if (server_.view().role != NodeView::Role::master || now - *server_.heard() < hang_timeout) {
      return false;
    }
    const auto other = named();
    return orders_.settings.fence.value && other && !contains(me_, *other);
  }

  /// Whether the node is what the sentinels have it for.
  [[nodiscard]] bool in_place() const {
    const auto named = this->named();
    const NodeView& own = server_.view();
    const bool me = named && contains(me_, *named);
    return own.role == NodeView::Role::master ? me : named && !me && own.link_up;
  }

  void on_server() {
    if (!std::exchange(examined_, true)) {
      server_.examine([this](const std::string& complaint) {
        log::warn("the watcher cannot do all of its work: " + complaint);
      });
    }
    if (!server_.limits()) {
      return judge();
    }
    const MinReplicas& limits = *server_.limits();
    handover_since_ = limits.to_write == no_writes_in_handover
                          ? std::optional(handover_since_.value_or(steady_clock::now()))
                          : std::nullopt;
    if (!knows_users_limits_) {
      knows_users_limits_ = true;
      const bool ours = refuse_all(limits) || note_.fenced;
      gate_ =
          limits.to_write == no_writes ? Gate::closed : (note_.fenced ? Gate::guarded : Gate::open);
      note_.users_limits = ours ? note_.users_limits.value_or(MinReplicas{}) : limits;
    } else if (gate_ == Gate::open && !changing_ && !refuse_all(limits)) {
      note_.users_limits = limits;
    }
    changing_ = false;
    judge();
  }

  void judge() {
    work_fence();
    show_health();
  }

  void show_health() {
    if (!health_.is_wanted()) {
      return;
    }
    HealthView view;
    view.group = orders_.settings.group.value;
    view.gate = gate_;
    view.gate_reason = gate_reason_;
    GroupView ever;
    for (const SentinelSight& sight : sights()) {
      ever.sentinels.push_back(sight.view);
    }
    view.standing = standing_of(ever, heard(), me_);
    view.standing.looked = found_.has_value();
    health_.show(std::move(view), server_, steady_clock::now());
  }

  void work_fence() {
    if (!server_.heard() || !knows_users_limits_ || !found_) {
      return;
    }
    const FenceView view{server_.view(), *server_.heard(), sights(), peers_, since_, gate_};
    const FenceVerdict verdict = judge_fence(orders_.settings, view, me_, steady_clock::now());
    if (verdict.gate != gate_) {
      tell(verdict);
      gate_ = verdict.gate;
      gate_reason_ = gate_ == Gate::open ? "" : describe(verdict);
      note_.fenced = gate_ != Gate::open;
      kept_at_.reset();
      keep_if_due(steady_clock::now());
    }
    if (gate_ == Gate::guarded && keep_.busy()) {
      return;  // a guard looks like the user's own limits to whoever does not know the note
    }
    const MinReplicas wanted = limits_of(verdict, *note_.users_limits);
    if (server_.limits() && !(*server_.limits() == wanted) && !hands_over()) {
      if (handover_since_ && gate_ == Gate::open) {
        log::warn("a handover was ended too soon: the user's limits of writes are put back");
      }
      changing_ = true;
      server_.set_limits(wanted, gate_ == Gate::open);
    }
  }

  [[nodiscard]] bool hands_over() const {
    const auto lasted = steady_clock::now() - handover_since_.value_or(TimePoint{});
    return are_left_to_handover(*server_.limits(), gate_,
                                std::chrono::duration_cast<milliseconds>(lasted), handover_grace);
  }

  void tell(const FenceVerdict& verdict) const {
    switch (verdict.gate) {
      case Gate::open:
        return log::info("takes writes again: " + describe(verdict));
      case Gate::guarded:
        return log::warn("takes writes only while every replica is linked: " + describe(verdict));
      case Gate::closed:
        return log::warn("takes no writes: " + describe(verdict));
    }
  }

  /// Tells a failure that lasts, once.
  void tell_failure(TimePoint now) {
    const std::string& failure = server_.failure();
    if (failure.empty() || failure != failure_) {
      failure_ = failure;
      failing_since_ = now;
      told_ = false;
    } else if (!told_ && now - failing_since_ > failure_grace) {
      told_ = true;
      log::warn("the watcher and its server: " + failure);
    }
  }

  void look_if_due(TimePoint now) {
    if (look_.busy() || !server_.heard()) {
      return;
    }
    const bool calm = in_place() && found_ && found_->kind == RoleCase::Kind::in_place;
    if (looked_at_ && now - *looked_at_ < (calm ? calm_look_interval : look_pause_)) {
      return;
    }
    look_pause_ = calm ? first_look_interval : std::min(2 * look_pause_, longest_look_interval);
    const LookOrder order{server_.view(), note_.group, note_.identity, found_,
                          std::chrono::duration_cast<milliseconds>(now - found_since_)};
    const Job job = [this, &order] {
      return to_text(reconcile(orders_.settings, orders_.server, orders_.storage, order));
    };
    look_.start(
        job, [this](const std::string& answer) { on_look(parse_look_report(answer)); }, now);
  }

  void on_look(const LookReport& report) {
    const TimePoint now = steady_clock::now();
    looked_at_ = now;
    if (!report.found) {
      return;
    }
    if (report.found != found_) {
      found_ = report.found;
      found_since_ = now;
    }
    peers_ = report.peers;
    take_addresses(report.me);
    meet(report.sentinels, now);
  }

  /// A node that is cut off has fewer addresses for a while, and is still the same.
  void take_addresses(const std::vector<Endpoint>& me) {
    if (std::any_of(me.begin(), me.end(), [&](const auto& at) { return !contains(me_, at); })) {
      log::info("the node has another address: " + to_string(me.front()));
      me_ = me;
    }
  }

  void meet(const std::vector<Endpoint>& sentinels, TimePoint now) {
    const auto all = sights();
    std::erase_if(sentinels_, [&](const auto& known) {
      const SentinelSight& sight = known->sight();
      return !contains(sentinels, sight.view.at) &&
             is_forgotten(sight, all, now - silent_sentinel_lifetime);
    });
    for (const Endpoint& at : sentinels) {
      const bool known = std::any_of(sentinels_.begin(), sentinels_.end(), [&](const auto& other) {
        return other->sight().view.at == at;
      });
      if (!known) {
        sentinels_.push_back(
            std::make_unique<SentinelPoller>(loop_, at, orders_.settings, [this] { judge(); }));
        sentinels_.back()->poll(now, server_timeout);
      }
    }
  }

  /// Whether the note can speak of the data now, and has to before its time.
  [[nodiscard]] bool settled() const {
    const NodeView& own = server_.view();
    return !own.loading && !own.aof_rewrite && (own.role == NodeView::Role::master || own.link_up);
  }
  [[nodiscard]] bool in_new_history() const {
    return settled() &&
           (!note_.mark || note_.mark->place.replication_id != server_.view().replication_id);
  }

  /// By what the group knows the node now. A master's own name counts before the sentinels use it:
  /// they may be told at any time.
  [[nodiscard]] Identity identity() const {
    Identity known = note_.identity;
    const GroupView view = heard();
    const auto names = known_names(me_, view);
    if (in_place() && !names.empty()) {
      const Endpoint master = *named();
      known = {names, contains(me_, master), naming_epochs(view, {master}).mine};
    } else if (server_.view().role == NodeView::Role::master && !known.names.empty() &&
               !contains(known.names, me_.front())) {
      known.names.push_back(me_.front());
    }
    return known;
  }

  void keep_if_due(TimePoint now) {
    if (keep_.busy() || !server_.heard() ||
        (kept_at_ && now - *kept_at_ < note_interval && !in_new_history() &&
         note_.identity == identity())) {
      return;
    }
    note_.identity = identity();
    if (in_place()) {
      note_.group = orders_.settings.group.value;
    }
    if (settled()) {
      const NodeView& own = server_.view();
      note_.mark = next_mark(note_.mark, {own.replication_id, own.offset}, own.aof_size);
    }
    kept_at_ = now;
    const std::string text = to_text(note_);
    const Job job = [this] {
      if (auto written = write_note(orders_.settings, note_); !written) {
        log::error(written.error().text);
      }
      return std::string();
    };
    const auto done = [this](const std::string&) { judge(); };
    if (text != kept_ && keep_.start(job, done, now)) {
      kept_ = text;
    }
  }

  const WatchOrders& orders_;
  const UniqueFd& to_init_;
  event_base& loop_;

  std::vector<Endpoint> me_;  ///< every endpoint that is this node
  StateNote note_;
  std::string kept_;
  std::optional<TimePoint> kept_at_;
  TimePoint since_;

  Gate gate_ = Gate::open;
  std::string gate_reason_;
  bool examined_ = false;
  bool knows_users_limits_ = false;
  bool changing_ = false;
  std::optional<TimePoint> handover_since_;  ///< when the limits of one were seen first

  std::optional<RoleCase> found_;  ///< by the last look; nothing before the first
  TimePoint found_since_{};
  std::optional<TimePoint> looked_at_;
  milliseconds look_pause_ = first_look_interval;
  std::vector<Endpoint> peers_;

  ServerPoller server_;
  NodeHealth health_;
  std::vector<std::unique_ptr<SentinelPoller>> sentinels_;
  std::string failure_;
  TimePoint failing_since_{};
  bool told_ = false;
  BackgroundJob look_;
  BackgroundJob keep_;
  Tick tick_;
};

}  // namespace

int watch(const WatchOrders& orders, const UniqueFd& to_init) {
  return run_watcher<Watcher>(orders, to_init);
}

}  // namespace dkr
