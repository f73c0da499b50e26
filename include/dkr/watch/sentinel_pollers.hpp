#pragma once

#include <memory>
#include <vector>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/base/time.hpp"
#include "dkr/core/decide/fence.hpp"
#include "dkr/core/settings/settings.hpp"
#include "dkr/core/view/group_view.hpp"
#include "dkr/watch/sentinel_poller.hpp"

namespace dkr {

/// Polls all sentinels of the group that the watcher knows.
class SentinelPollers {
 public:
  /// `me` is every endpoint of this node; `changed` is called when one of them has news.
  SentinelPollers(event_base& loop, const Settings& settings, const std::vector<Endpoint>& me,
                  std::function<void()> changed);

  /// Polls each sentinel whose last poll is not pending.
  void poll(TimePoint now);

  /// Adds those that are not polled yet, and polls them at once.
  void add(const std::vector<Endpoint>& found, TimePoint now);

  /// Adds the sentinels that a look has found, and forgets those that are gone for good.
  void update(const std::vector<Endpoint>& found, TimePoint now);

  /// Sends a command to the sentinel at this address; `done` gets its reply.
  void tell(const Endpoint& sentinel, const std::vector<std::string>& command,
            const std::function<void(const std::string& reply)>& done);

  [[nodiscard]] bool empty() const { return pollers_.empty(); }
  [[nodiscard]] std::vector<SentinelSight> sights() const;
  /// Returns what they said last, however long ago.
  [[nodiscard]] GroupView ever() const;
  /// Returns what those said that were heard within sentinel_answer_lifetime.
  [[nodiscard]] GroupView lately(TimePoint now) const;

 private:
  event_base& loop_;
  const Settings& settings_;
  const std::vector<Endpoint>& me_;
  std::function<void()> changed_;
  std::vector<std::unique_ptr<SentinelPoller>> pollers_;
};

}  // namespace dkr
