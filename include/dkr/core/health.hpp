#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "dkr/core/http.hpp"
#include "dkr/core/probe.hpp"

namespace dkr {

/// The pages of the health endpoint.
inline constexpr std::array<std::string_view, 9> health_paths{"/livez",    "/readyz",  "/startupz",
                                                              "/master",   "/primary", "/replica",
                                                              "/sentinel", "/status",  "/metrics"};

/// The page of a probe.
std::string_view path_of(Probe probe);

/// How often each page, and behind them any other, was answered with 200, 503 and anything else.
using HealthCounts = std::array<std::array<std::uint64_t, 3>, health_paths.size() + 1>;
void count(HealthCounts& counts, std::string_view path, int status);

/// What the endpoint is made of beside the view.
struct HealthSite {
  std::string_view version;  ///< of dkr-redis
  ProbeWish limits;          ///< those of the settings
  HealthCounts counts = {};
};

/// Answers a request. /livez, /readyz and /startupz are the probes; /master (or /primary),
/// /replica and /sentinel ask whether a server of that role is ready; these answer 200 or 503, and
/// a line that says why. ?role=master|replica, ?lag=BYTES and ?quorum ask for more than settings
/// do. /status is JSON, /metrics the text format of Prometheus.
HttpAnswer answer_health(const HttpRequest& request, const HealthSite& site, const HealthView& view,
                         TimePoint now);

/// All that is known, as one JSON object.
std::string health_json(const HealthSite& site, const HealthView& view, TimePoint now);

/// The same for Prometheus. Source: prometheus.io, "Exposition formats", "Metric and label naming".
std::string health_metrics(const HealthSite& site, const HealthView& view, TimePoint now);

}  // namespace dkr
