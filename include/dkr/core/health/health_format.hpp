#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "dkr/core/base/time.hpp"
#include "dkr/core/health/health_view.hpp"
#include "dkr/core/health/probe.hpp"

namespace dkr {

/// The pages of the health endpoint.
inline constexpr std::array<std::string_view, 9> health_paths{"/livez",    "/readyz",  "/startupz",
                                                              "/master",   "/primary", "/replica",
                                                              "/sentinel", "/status",  "/metrics"};

/// How often each page, and behind them any other, was answered with 200, 503 and anything else.
using HealthCounts = std::array<std::array<std::uint64_t, 3>, health_paths.size() + 1>;
void count(HealthCounts& counts, std::string_view path, int status);

/// What the endpoint is made of beside the view.
struct HealthSite {
  std::string_view version;  ///< of dkr-redis
  ProbeQuery limits;         ///< those of the settings
  HealthCounts counts = {};
};

/// All that is known, as one JSON object.
std::string health_json(const HealthSite& site, const HealthView& view, TimePoint now);

/// All that is known, as metrics for Prometheus. Source: prometheus.io, "Exposition formats",
/// "Metric and label naming".
std::string health_metrics(const HealthSite& site, const HealthView& view, TimePoint now);

}  // namespace dkr
