#include "dkr/watch/sentinel_pollers.hpp"

#include <algorithm>
#include <utility>

#include "dkr/core/base/timing.hpp"

namespace dkr {

SentinelPollers::SentinelPollers(event_base& loop, const Settings& settings,
                                 const std::vector<Endpoint>& me, std::function<void()> changed)
    : loop_(loop), settings_(settings), me_(me), changed_(std::move(changed)) {}

void SentinelPollers::poll(TimePoint now) {
  for (const auto& sentinel : pollers_) {
    sentinel->poll(now, server_timeout);
  }
}

void SentinelPollers::update(const std::vector<Endpoint>& found, TimePoint now) {
  const auto all = sights();
  std::erase_if(pollers_, [&](const auto& known) {
    const SentinelSight& sight = known->sight();
    return !contains(found, sight.view.at) &&
           is_forgotten(sight, all, now - silent_sentinel_lifetime);
  });
  add(found, now);
}

void SentinelPollers::add(const std::vector<Endpoint>& found, TimePoint now) {
  for (const Endpoint& at : found) {
    const bool known = std::any_of(pollers_.begin(), pollers_.end(),
                                   [&](const auto& other) { return other->sight().view.at == at; });
    if (!known) {
      pollers_.push_back(std::make_unique<SentinelPoller>(loop_, at, settings_, me_, changed_));
      pollers_.back()->poll(now, server_timeout);
    }
  }
}

void SentinelPollers::tell(const Endpoint& sentinel, const std::vector<std::string>& command,
                           const std::function<void(const std::string& reply)>& done) {
  for (const auto& poller : pollers_) {
    if (poller->sight().view.at == sentinel) {
      poller->tell(command, done);
    }
  }
}

std::vector<SentinelSight> SentinelPollers::sights() const {
  std::vector<SentinelSight> all;
  all.reserve(pollers_.size());
  for (const auto& sentinel : pollers_) {
    all.push_back(sentinel->sight());
  }
  return all;
}

GroupView SentinelPollers::ever() const {
  GroupView view;
  for (const auto& sentinel : pollers_) {
    view.sentinels.push_back(sentinel->sight().view);
  }
  return view;
}

GroupView SentinelPollers::lately(TimePoint now) const {
  GroupView view;
  for (const auto& sentinel : pollers_) {
    if (heard_since(sentinel->sight(), now - sentinel_answer_lifetime)) {
      view.sentinels.push_back(sentinel->sight().view);
    }
  }
  return view;
}

}  // namespace dkr
