#pragma once

#include <optional>
#include <vector>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/base/time.hpp"
#include "dkr/core/decide/absent.hpp"
#include "dkr/core/settings/settings.hpp"
#include "dkr/watch/background_job.hpp"

namespace dkr {

/// Finds out, beside a master, which of the replicas that sentinels call down are gone for good.
class AbsenceWatch {
 public:
  AbsenceWatch(event_base& loop, const Settings& settings);

  /// Looks, every calm_look_interval, while a replica may be gone. `view` is what the fence
  /// decides by.
  void poll(const FenceView& view, const std::vector<Endpoint>& me, TimePoint now);

  /// Returns those that have been gone for REDIS_PRUNE_AFTER_MS.
  [[nodiscard]] std::vector<Endpoint> absent() const;

 private:
  void look(const std::vector<Endpoint>& suspects, const FenceView& view, TimePoint now);

  const Settings& settings_;
  AbsentReplicas replicas_;
  std::optional<TimePoint> looked_;
  BackgroundJob job_;
};

}  // namespace dkr
