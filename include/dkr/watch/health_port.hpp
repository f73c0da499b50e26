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

/// What a watcher needs to answer probes.
struct HealthOrders {
  int listener = -1;  ///< PID 1's listening socket; -1: there is no health endpoint
  int server = 0;     ///< process id of the server
  int crashes = 0;    ///< of the server so far
  std::string_view version = {};
};

/// The health endpoint. Answers from the last view that it was shown, without asking anybody.
class HealthPort {
 public:
  HealthPort(event_base& loop, const HealthOrders& orders, const Settings& settings);

  /// True if there is a health endpoint.
  [[nodiscard]] bool is_wanted() const { return orders_.listener >= 0; }

  /// Answers from this view from now on. Probes wait for the first `complete` view, or for one
  /// second. `spoke`: when the server last replied.
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
