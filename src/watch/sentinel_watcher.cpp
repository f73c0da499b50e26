#include "dkr/watch/sentinel_watcher.hpp"

#include <chrono>
#include <string>
#include <utility>

#include "dkr/core/base/timing.hpp"
#include "dkr/core/health/health_view.hpp"
#include "dkr/core/init/heartbeat.hpp"
#include "dkr/core/view/pause.hpp"
#include "dkr/platform/log.hpp"
#include "dkr/redis/link.hpp"
#include "dkr/watch/groups_keeper.hpp"
#include "dkr/watch/groups_poller.hpp"
#include "dkr/watch/identity_watch.hpp"
#include "dkr/watch/loop.hpp"
#include "dkr/watch/pause_keeper.hpp"
#include "dkr/watch/pruner.hpp"

namespace dkr {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

class SentinelWatcher {
 public:
  SentinelWatcher(const SentinelOrders& orders, const UniqueFd& to_init, event_base& loop)
      : orders_(orders),
        to_init_(to_init),
        link_(loop, orders.server.at, orders.server.access),
        pauses_([this](const auto& group, int quorum) { set_quorum(group, quorum); }),
        identity_(loop, orders.settings, orders.server, orders.fixed_conf,
                  [this] { write_all(to_init_, std::string(1, to_byte(IdentityTaken{}))); }),
        pruner_(loop, orders.settings, orders.server),
        health_(loop, orders.health, orders.settings),
        sentinel_(loop, orders.server, health_.is_wanted(),
                  [this] { on_groups(steady_clock::now()); }),
        keeper_(loop, orders.settings, link_),
        tick_(loop, [this] { return tick(); }) {}

  void begin() { tick_.begin(); }

 private:
  milliseconds tick() {
    const TimePoint now = steady_clock::now();
    write_all(to_init_, std::string(1, to_byte(Heartbeat{})));
    if (!done_) {
      set_period(now);
    }
    identity_.poll(now);
    pruner_.poll(now);
    if (health_.is_wanted() || keeper_.is_wanted() || pauses_.wants_look(now)) {
      sentinel_.poll(now, server_timeout);
      keeper_.keep(sentinel_.seen(), sentinel_.seen_at(), now);
      show();
    }
    return longest_poll_interval;
  }

  void on_groups(TimePoint now) {
    if (sentinel_.failure().empty()) {
      pauses_.take(sentinel_.groups(), now);
    }
    show();
  }

  void set_quorum(const std::string& group, int quorum) {
    link_.ask({quorum_command(group, quorum)}, [group, quorum](const auto& replies) {
      log::info("the quorum of group " + group + " is " + std::to_string(quorum) +
                " again: " + (replies.empty() ? "no answer" : replies.front().text));
    });
  }

  void show() {
    HealthView view;
    view.kind = HealthView::Kind::sentinel;
    view.heard = sentinel_.heard();
    view.failure = sentinel_.failure();
    view.groups = sentinel_.groups();
    view.objects = sentinel_.objects();
    health_.show(std::move(view), sentinel_.spoke(), sentinel_.heard().has_value());
  }

  void set_period(TimePoint now) {
    const std::string period = std::to_string(orders_.settings.info_period.value.count());
    link_.poll({{"SENTINEL", "DEBUG", "INFO-PERIOD", period}}, now, server_timeout,
               [this, period](const std::vector<Reply>& replies) {
                 done_ = !replies.empty();
                 if (done_ && replies.front().kind == Reply::Kind::error) {
                   const auto tell = orders_.settings.info_period.given ? log::warn : log::info;
                   tell("the sentinel keeps its own INFO period: " + replies.front().text);
                 } else if (done_) {
                   log::info("the sentinel asks each server every " + period + " ms");
                 }
               });
  }

  const SentinelOrders& orders_;
  const UniqueFd& to_init_;
  bool done_ = false;
  Link link_;
  PauseKeeper pauses_;
  IdentityWatch identity_;
  Pruner pruner_;
  HealthPort health_;
  GroupsPoller sentinel_;
  GroupsKeeper keeper_;
  Tick tick_;
};

}  // namespace

int watch_sentinel(const SentinelOrders& orders, const UniqueFd& to_init) {
  return run_watcher<SentinelWatcher>(orders, to_init);
}

}  // namespace dkr
