#pragma once

#include <functional>
#include <string>

#include "dkr/core/decide/fence.hpp"
#include "dkr/core/settings/settings.hpp"
#include "dkr/platform/log.hpp"
#include "dkr/redis/link.hpp"

namespace dkr {

/// One sentinel as the watcher sees it: what it answers, and what it tells unasked.
class SentinelPoller {
 public:
  /// `changed` is called when there is news.
  SentinelPoller(event_base& loop, const Endpoint& at, const Settings& settings,
                 std::function<void()> changed);

  /// Asks anew, unless an answer is due; gives up on one that is due for longer than `limit`.
  void poll(TimePoint now, std::chrono::milliseconds limit);

  [[nodiscard]] const SentinelSight& sight() const { return sight_; }

 private:
  /// Without a limit where no answer is due.
  void ask(TimePoint now, std::chrono::milliseconds limit = {});
  void hear(const Reply& message);

  std::string group_;
  std::function<void()> changed_;
  SentinelSight sight_;
  log::Changes changes_;
  bool again_ = false;  ///< something happened since the question was sent
  Link talk_;
  Link events_;
};

}  // namespace dkr
