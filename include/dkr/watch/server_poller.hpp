#pragma once

#include <functional>
#include <optional>
#include <string>

#include "dkr/core/base/time.hpp"
#include "dkr/core/conf/own_server.hpp"
#include "dkr/core/node/min_replicas.hpp"
#include "dkr/core/view/group_view.hpp"
#include "dkr/platform/log.hpp"
#include "dkr/redis/link.hpp"

namespace dkr {

/// Polls the server beside the watcher for what it says of itself, and for its min-replicas limits.
class ServerPoller {
 public:
  /// `changed` is called when there is news.
  ServerPoller(event_base& loop, const OwnServer& server, std::function<void()> changed);

  /// Polls unless a poll is pending; gives up one that has been pending for longer than `limit`.
  void poll(TimePoint now, std::chrono::milliseconds limit);

  /// What the server said last; its role is unknown before the first answer.
  [[nodiscard]] const NodeView& view() const { return view_; }
  /// The limits that the server last reported, or was set to since; nullopt if it reported none.
  [[nodiscard]] const std::optional<MinReplicas>& limits() const { return limits_; }
  /// Why it does not answer, or does not let us see or change its limits; empty if all is well.
  [[nodiscard]] const std::string& failure() const { return failure_; }
  /// When the newest poll with any reply was sent, even if only a refusal.
  [[nodiscard]] const std::optional<TimePoint>& spoke() const { return spoke_; }
  /// True if the newest reply refuses us, as only a server does that has started (NOAUTH).
  [[nodiscard]] bool objects() const { return objects_; }
  /// When the newest poll with a good reply was sent.
  [[nodiscard]] const std::optional<TimePoint>& heard() const { return heard_; }

  /// Finds out once which commands that we may need the server refuses, and calls `tell` for each.
  void examine(const std::function<void(const std::string& complaint)>& tell);

  /// Sets the limits; with `keep` the server also rewrites its configuration. `done` gets false if
  /// the server refuses, or if the connection is lost and nobody knows what holds. It may be called
  /// before this returns.
  void set_limits(const MinReplicas& limits, bool keep, const std::function<void(bool)>& done);

 private:
  void read(const std::vector<Reply>& replies);

  std::function<void()> changed_;
  NodeView view_;
  std::optional<MinReplicas> limits_;
  std::optional<TimePoint> heard_;
  std::optional<TimePoint> spoke_;
  std::string failure_;
  bool objects_ = false;
  log::Changes changes_;
  Link link_;
};

}  // namespace dkr
