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

/// How often each page got the status 200, 503 and any other; the last row is for other paths.
using HealthCounts = std::array<std::array<std::uint64_t, 3>, health_paths.size() + 1>;
void count(HealthCounts& counts, std::string_view path, int status);

/// What the health endpoint needs besides the view.
struct HealthSite {
  std::string_view version;  ///< of dkr-redis
  ProbeQuery limits;         ///< from the settings
  HealthCounts counts = {};
};

/// Returns everything that is known as one JSON object.
std::string health_json(const HealthSite& site, const HealthView& view, TimePoint now);

/// Returns everything that is known as metrics for Prometheus. Source: prometheus.io, "Exposition
/// formats", "Metric and label naming".
std::string health_metrics(const HealthSite& site, const HealthView& view, TimePoint now);

}  // namespace dkr
