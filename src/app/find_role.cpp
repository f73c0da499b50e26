#include "dkr/app/find_role.hpp"

#include <algorithm>
#include <chrono>
#include <vector>

#include "dkr/app/held_back.hpp"
#include "dkr/app/log.hpp"
#include "dkr/app/look.hpp"
#include "dkr/app/times.hpp"
#include "dkr/core/handover.hpp"
#include "dkr/core/monitor.hpp"
#include "dkr/platform/task.hpp"
#include "dkr/redis/questions.hpp"
#include "dkr/redis/resolver.hpp"

namespace dkr {
namespace {

using std::chrono::steady_clock;

RoleDecision decide(const Settings& settings, const LocalData& local, const Look& look,
                    const Rounds& rounds, Sequel sequel) {
  return decide_role(settings, local, look.view,
                     {rounds.limits.skip, look.set_master, look.peers, rounds.waited(), sequel});
}

/// Has another node promoted: not before those are out of the way that have less than it.
class Succession {
 public:
  explicit Succession(const Settings& settings) : settings_(settings), held_back_(settings) {}

  /// Does what is due now; asks for a failover now and then.
  void go_on(const GroupView& view) {
    for (const NodeView& node : outpaced(*sentinels_of(view).front(), view)) {
      held_back_.add(node);
    }
    const TimePoint now = steady_clock::now();
    if (now >= held_back_.known_at() && now >= asked_ + failover_pause) {
      ask_for_failover(settings_, view);
      asked_ = now;
    }
  }

  /// Somebody was promoted, or nobody will be.
  void end() { held_back_.release(); }

 private:
  const Settings& settings_;
  HeldBack held_back_;
  TimePoint asked_{};
};

}  // namespace

std::vector<Endpoint> my_endpoints(const Settings& settings) {
  std::vector<Endpoint> me;
  for (const std::string& address : interface_addresses()) {
    me.push_back({address, settings.port.value});
  }
  if (settings.announce_port.given || settings.announce_host.given) {
    const auto port =
        settings.announce_port.given ? settings.announce_port.value : settings.port.value;
    const std::string& host = settings.announce_host.value;
    if (settings.announce_host.given) {
      me.push_back({host, port});
    }
    const Job look_up = [&] {
      const auto found = addresses_of(host);
      return found && !found->empty() ? found->front() : std::string();
    };
    const std::string address =
        announces_name(settings)
            ? in_parallel({look_up}, steady_clock::now() + longest_patience).front()
            : "";
    if (!address.empty()) {
      me.push_back({address, port});
    }
  }
  return me;
}

void ask_for_failover(const Settings& settings, const GroupView& view) {
  const auto sentinels = sentinels_of(view);
  const auto free = std::find_if(sentinels.begin(), sentinels.end(),
                                 [](const SentinelView* sentinel) { return !sentinel->busy; });
  const Endpoint sentinel = (free == sentinels.end() ? sentinels.front() : *free)->at;
  const TimePoint deadline = steady_clock::now() + longest_patience;
  const Job job = [&] { return ask_failover(sentinel, settings, deadline); };
  log::info("sentinel " + to_string(sentinel) +
            " is asked for a failover: " + in_parallel({job}, deadline).front());
}

RoleDecision find_role(const Settings& settings, const LocalData& local) {
  const Rounds rounds({longest_patience, longest_patience, true, my_endpoints(settings)},
                      longest_role_pause);
  return decide(settings, local, look_at_group(settings, rounds.limits), rounds, Sequel::leave);
}

std::string wait_for_role(const Settings& settings, const LocalData& local, Sequel sequel) {
  Rounds rounds({first_patience, first_patience, true, my_endpoints(settings)}, longest_role_pause);
  Succession succession(settings);
  while (true) {
    const Look look = look_at_group(settings, rounds.limits);
    RoleDecision decision = decide(settings, local, look, rounds, sequel);
    if (decision.action != RoleAction::wait && decision.action != RoleAction::promote) {
      succession.end();
      log::info(describe(decision));
      decision.server = look.by_name(decision.server, settings);
      return to_line(decision);
    }
    rounds.tell("waits for its role in group " + settings.group.value + ": " + describe(decision),
                failures(look.view));
    if (decision.action == RoleAction::promote) {
      succession.go_on(look.view);
      rounds.hurry();
    }
    rounds.pause(0ms);
  }
}

}  // namespace dkr
