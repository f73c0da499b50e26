#pragma once

#include <functional>
#include <string>
#include <vector>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/decide/fence.hpp"
#include "dkr/core/settings/settings.hpp"
#include "dkr/platform/log.hpp"
#include "dkr/redis/link.hpp"

namespace dkr {

/// One sentinel as the watcher sees it: its replies to polls, and the events that it publishes.
class SentinelPoller {
 public:
  /// `me` is every endpoint of this node; `changed` is called when there is news.
  SentinelPoller(event_base& loop, const Endpoint& at, const Settings& settings,
                 const std::vector<Endpoint>& me, std::function<void()> changed);

  /// Polls unless a poll is pending; gives up one that has been pending for longer than `limit`.
  void poll(TimePoint now, std::chrono::milliseconds limit);

  /// Sends a command; `done` gets the reply.
  void tell(const std::vector<std::string>& command,
            const std::function<void(const std::string& reply)>& done);

  [[nodiscard]] const SentinelSight& sight() const { return sight_; }

 private:
  /// The limit only matters while a poll is pending.
  void ask(TimePoint now, std::chrono::milliseconds limit = {});
  [[nodiscard]] Endpoint named_address() const;
  void hear(const Reply& message);

  std::string group_;
  const std::vector<Endpoint>& me_;
  std::function<void()> changed_;
  SentinelSight sight_;
  log::Changes changes_;
  bool again_ = false;  ///< an event came after the poll was sent
  Link talk_;
  Link events_;
};

}  // namespace dkr
