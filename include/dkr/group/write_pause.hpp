#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/base/time.hpp"
#include "dkr/core/node/state_note.hpp"
#include "dkr/core/settings/settings.hpp"
#include "dkr/redis/data_node.hpp"

namespace dkr {

/// Keeps clients from writing to our own server during a handover. Their writes wait; Redis before
/// 6.2 cannot make only these wait, and refuses them instead, but for those of scripts. The pause
/// ends when this process is killed: a wait by itself, a refusal by the watcher.
class WritePause {
 public:
  WritePause(const Settings& settings, DataNode& server);

  /// Begins it. Why that cannot be; empty: it has begun.
  std::string begin(std::chrono::milliseconds longest, TimePoint deadline);

  /// What has been written all the same, or may have been; empty: nothing since it has begun.
  [[nodiscard]] std::string breach(TimePoint deadline) const;

  /// Lets the clients write again. What the fence refuses meanwhile stays refused.
  void end();

  /// Makes the server a replica of this master, and then lets the clients write again. The first
  /// failure; empty: none.
  std::string end_as_replica(const Endpoint& master);

 private:
  std::string refuse_writes(TimePoint deadline);
  [[nodiscard]] std::optional<MinReplicas> limits(TimePoint deadline) const;
  [[nodiscard]] long long changes(TimePoint deadline) const;

  const Settings& settings_;
  DataNode& server_;
  std::optional<MinReplicas> users_;  ///< limits to be put back, where writes are refused
  TimePoint refused_at_{};
  long long changes_ = -1;  ///< of the data, as the server counted them then
};

}  // namespace dkr
