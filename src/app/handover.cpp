#include "dkr/app/handover.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "dkr/app/find_role.hpp"
#include "dkr/app/log.hpp"
#include "dkr/app/look.hpp"
#include "dkr/app/times.hpp"
#include "dkr/core/handover.hpp"
#include "dkr/redis/connection.hpp"
#include "dkr/redis/questions.hpp"

namespace dkr {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// A data node, and our connection to it while there is one.
class Peer {
 public:
  Peer(const Settings& settings, Endpoint at) : settings_(settings), at_(std::move(at)) {}

  [[nodiscard]] const Endpoint& at() const { return at_; }

  Result<Reply> ask(const std::vector<std::string>& command, TimePoint deadline) {
    if (!connection_) {
      auto opened = Connection::open(at_, node_access(settings_), deadline);
      if (!opened) {
        return opened.error();
      }
      connection_ = std::move(*opened);
    }
    auto reply = connection_->ask(command, deadline);
    if (!reply) {
      connection_.reset();
    }
    return reply;
  }

  /// What it says of itself; of a role unknown when it does not answer.
  NodeView look(TimePoint deadline) {
    const auto info = ask({"INFO", "replication"}, deadline);
    return node_view(at_, info ? *info : Reply{Reply::Kind::error, info.error().text, 0, {}});
  }

 private:
  const Settings& settings_;
  Endpoint at_;
  std::optional<Connection> connection_;
};

/// One handover, from the pause of the writes on.
class Manoeuvre {
 public:
  Manoeuvre(const Settings& settings, HandoverPlan plan, Peer own)
      : settings_(settings), plan_(std::move(plan)), own_(std::move(own)) {
    for (const Endpoint& at : plan_.candidates) {
      candidates_.emplace_back(settings_, at);
    }
  }

  /// Whether another is the master now, and this node its replica.
  bool run(const Look& look) {
    if (const auto refusal = pause(); !refusal.empty()) {
      return give_up("the server: " + refusal);
    }
    if (!in_step()) {
      return give_up("not every replica came into step in time");
    }
    const std::string answer = ask_failover(plan_.sentinel, settings_, end_);
    if (answer != "OK" && !answer.starts_with("INPROG")) {
      return give_up("sentinel " + to_string(plan_.sentinel) + ": " + answer);
    }
    const auto master = promoted();
    if (!master) {
      return give_up("nobody was promoted in time");
    }
    return follow(look.by_name(*master, settings_));
  }

 private:
  /// Why writes cannot be made to wait; empty: they do.
  std::string pause() {
    begin_ = steady_clock::now();
    end_ = begin_ + plan_.pause;
    const auto paused =
        own_.ask({"CLIENT", "PAUSE", std::to_string(plan_.pause.count()), "WRITE"}, end_);
    if (!paused) {
      return paused.error().text;
    }
    return paused->kind == Reply::Kind::error ? paused->text : "";
  }

  bool in_step() {
    const long long offset = own_.look(end_).offset;
    return std::all_of(candidates_.begin(), candidates_.end(), [&](Peer& peer) {
      while (steady_clock::now() < begin_ + plan_.pause / 2) {
        const NodeView seen = peer.look(end_);
        if (seen.failure.empty() && seen.offset >= offset) {
          return true;
        }
        std::this_thread::sleep_for(step_pause);
      }
      return false;
    });
  }

  /// Sentinel disconnects the clients of a node that it promotes, us among them.
  std::optional<Endpoint> promoted() {
    while (steady_clock::now() < end_ - promotion_margin) {
      for (Peer& peer : candidates_) {
        if (peer.look(end_).role == NodeView::Role::master) {
          return peer.at();
        }
      }
      std::this_thread::sleep_for(step_pause);
    }
    return std::nullopt;
  }

  /// Clients go on only once nothing can be written here any more.
  bool follow(const Endpoint& master) {
    auto orders = follow_orders(master);
    orders.push_back({"CLIENT", "UNPAUSE"});
    const std::string refusal =
        give_orders(own_.at(), settings_, orders, steady_clock::now() + running_patience);
    if (!refusal.empty()) {
      log::error("handed over to " + to_string(master) + ", but the server refuses: " + refusal);
      return false;
    }
    const auto took = std::chrono::duration_cast<milliseconds>(steady_clock::now() - begin_);
    log::info("handed over to " + to_string(master) + " in " + std::to_string(took.count()) +
              " ms");
    return true;
  }

  bool give_up(const std::string& why) {
    give_orders(own_.at(), settings_, {{"CLIENT", "UNPAUSE"}},
                steady_clock::now() + running_patience);
    log::warn("no handover: " + why);
    return false;
  }

  const Settings& settings_;
  HandoverPlan plan_;
  Peer own_;
  std::vector<Peer> candidates_;
  TimePoint begin_{};
  TimePoint end_{};
};

/// Clients ask the sentinels for the new master; until these tell, the old one is still there.
void wait_until_named(const Settings& settings, const Endpoint& sentinel,
                      const std::vector<Endpoint>& me) {
  const TimePoint deadline = steady_clock::now() + longest_patience;
  while (steady_clock::now() < deadline) {
    const auto view = sentinel_answer(sentinel, ask_sentinel(sentinel, settings, deadline));
    if (!view.failure.empty() || !contains(me, view.master)) {
      return;
    }
    std::this_thread::sleep_for(step_pause);
  }
}

}  // namespace

Handover hand_over(const Settings& settings, const Endpoint& server) {
  Peer own(settings, server);
  if (own.look(steady_clock::now() + running_patience).role != NodeView::Role::master) {
    return Handover::needless;
  }
  const auto me = my_endpoints(settings);
  const Look look = look_at_group(settings, {running_patience, running_patience, true, me});
  HandoverPlan plan = plan_handover(look.view, me);
  if (plan.obstacle != HandoverObstacle::none) {
    log::info("no handover: " + describe(plan));
    return Handover::impossible;
  }
  if (settings.stop_timeout.value / 2 > plan.delay + plan.pause + running_patience) {
    std::this_thread::sleep_for(plan.delay);
  }
  const Endpoint sentinel = plan.sentinel;
  if (!Manoeuvre(settings, std::move(plan), std::move(own)).run(look)) {
    return Handover::impossible;
  }
  wait_until_named(settings, sentinel, me);
  return Handover::done;
}

void prepare_stop(const Settings& settings, const Endpoint& server) {
  if (hand_over(settings, server) == Handover::needless) {
    give_orders(server, settings, {{"CONFIG", "SET", "replica-priority", "0"}},
                steady_clock::now() + running_patience);
  }
}

}  // namespace dkr
