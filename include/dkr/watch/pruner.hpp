#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "dkr/core/base/time.hpp"
#include "dkr/core/conf/own_server.hpp"
#include "dkr/core/decide/prune.hpp"
#include "dkr/core/settings/settings.hpp"
#include "dkr/group/prune.hpp"
#include "dkr/watch/background_job.hpp"

namespace dkr {

/// Has the sentinel beside us forget servers that have been gone for REDIS_PRUNE_AFTER_MS, in every
/// group that it monitors.
class Pruner {
 public:
  Pruner(event_base& loop, const Settings& settings, const OwnServer& sentinel);

  /// Looks, every calm_look_interval, and acts on what it finds.
  void poll(TimePoint now);

 private:
  void take(const std::vector<GroupPruneLook>& looks, TimePoint now);
  void tell(const std::string& group, const PruneVerdict& verdict);
  void forget_in(const std::string& group, const PruneVerdict& verdict, TimePoint now);

  const Settings& settings_;
  const OwnServer& sentinel_;
  std::map<std::string, PruneMemory> memories_;  ///< by group
  std::map<std::string, PruneReason> told_;
  std::size_t from_ = 0;  ///< the group that the next look begins with
  std::optional<TimePoint> looked_;
  BackgroundJob job_;
};

}  // namespace dkr
