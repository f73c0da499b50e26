#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/base/time.hpp"
#include "dkr/core/settings/settings.hpp"
#include "dkr/watch/background_job.hpp"

namespace dkr {

/// Looks up the names of the sentinels that are set, in a child process. A look at the group finds
/// them as well, but tells of them only when its slowest answer is there.
class SentinelSearch {
 public:
  /// `found` gets the addresses that the names have.
  SentinelSearch(event_base& loop, const Settings& settings,
                 std::function<void(const std::vector<Endpoint>&)> found);

  /// Starts a look-up if none is running and the last one ended first_look_interval ago.
  void start_if_due(TimePoint now);

 private:
  const Settings& settings_;
  std::function<void(const std::vector<Endpoint>&)> found_;
  std::optional<TimePoint> ended_;
  BackgroundJob job_;
};

}  // namespace dkr
