#include "dkr/watch/role_look.hpp"

#include <algorithm>
#include <utility>

#include "dkr/core/base/timing.hpp"
#include "dkr/group/reconcile.hpp"

namespace dkr {

using std::chrono::steady_clock;

RoleLook::RoleLook(event_base& loop, const Subject& subject, Endpoint followed,
                   std::function<void()> done)
    : subject_(subject), done_(std::move(done)), pause_(first_look_interval), job_(loop) {
  report_.followed = std::move(followed);
}

void RoleLook::start_if_due(const Occasion& node, TimePoint now) {
  const auto& [own, note, at_rest, voted] = node;
  held_.see(own.priority, now);
  const bool calm = at_rest && report_.found == RoleCase{RoleCase::Kind::in_place};
  if (note.users_priority && own.was_linked) {
    pause_ = first_look_interval;  // It has its data now, and may be promoted.
  }
  if (job_.busy() || (looked_at_ && now - *looked_at_ < (calm ? calm_look_interval : pause_))) {
    return;
  }
  pause_ = calm ? first_look_interval : std::min(2 * pause_, longest_look_interval);
  const LookOrder order{own, note, clock_, report_.followed, held_.by_another_since(), voted};
  const auto look = [this, &order] {
    return reconcile(subject_.settings, subject_.server, subject_.storage, order);
  };
  const auto done = [this](const std::optional<LookReport>& report) {
    take(report, steady_clock::now());
  };
  job_.start(look, done, now);
}

void RoleLook::take(const std::optional<LookReport>& report, TimePoint now) {
  looked_at_ = now;
  if (!report) {
    return;
  }
  report_ = *report;
  clock_.take(*report_.found, now);
  held_.take(report_.lacks);
  done_();
}

}  // namespace dkr
