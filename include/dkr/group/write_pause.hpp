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

/// Keeps clients from writing to our own server during a handover. Their writes wait. Redis
/// before 6.2 cannot make only writes wait, so it refuses them, except those of scripts. The pause
/// also ends if this process is killed: a wait by itself, a refusal through the watcher.
class WritePause {
 public:
  WritePause(const Settings& settings, DataNode& server);

  /// Starts the pause. Returns why that failed; empty if it has started.
  std::string begin(std::chrono::milliseconds longest, TimePoint deadline);

  /// Returns what was written in spite of the pause, or may have been; empty if nothing was.
  [[nodiscard]] std::string breach(TimePoint deadline) const;

  /// Keeps clients from writing for so much longer.
  void extend(std::chrono::milliseconds longer);

  /// Lets clients write again. Writes that the fence refuses by now stay refused.
  void end();

  /// Makes the server a replica of this master, then lets clients write again. Returns the first
  /// failure; empty if there is none.
  std::string end_as_replica(const Endpoint& master);

 private:
  std::string refuse_writes(TimePoint deadline);
  [[nodiscard]] std::optional<MinReplicas> limits(TimePoint deadline) const;
  [[nodiscard]] long long changes(TimePoint deadline) const;

  const Settings& settings_;
  DataNode& server_;
  std::optional<MinReplicas> users_;  ///< limits to restore, if writes are refused
  TimePoint refused_at_{};
  long long changes_ = -1;  ///< the server's count of changes to its data then
};

}  // namespace dkr
