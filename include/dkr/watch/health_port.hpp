#pragma once

#include <optional>
#include <string_view>

#include "dkr/core/health/health_format.hpp"
#include "dkr/core/health/health_pages.hpp"
#include "dkr/core/health/health_view.hpp"
#include "dkr/core/settings/settings.hpp"
#include "dkr/watch/http_port.hpp"
#include "dkr/watch/progress.hpp"

namespace dkr {

/// What a watcher answers probes with.
struct HealthOrders {
  int listener = -1;  ///< of PID 1; -1: nobody may ask
  int server = 0;     ///< the process that is asked about
  int crashes = 0;    ///< it has had
  std::string_view version = {};
};

/// The health endpoint: answers from what it was shown last, without asking anybody.
class HealthPort {
 public:
  HealthPort(event_base& loop, const HealthOrders& orders, const Settings& settings);

  /// Whether anybody may ask.
  [[nodiscard]] bool is_wanted() const { return orders_.listener >= 0; }

  /// Answers from this from now on. Probes wait for the first one that is `complete`, or for a
  /// second. `spoke`: when the server last said something.
  void show(HealthView view, const std::optional<TimePoint>& spoke, bool complete);

 private:
  HttpAnswer answer(const HttpRead& read);

  HealthOrders orders_;
  HealthSite site_;
  HealthView view_;
  TimePoint since_;
  Progress progress_;
  HttpPort port_;
};

}  // namespace dkr
