#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "dkr/core/health/health_format.hpp"
#include "dkr/core/health/health_view.hpp"
#include "dkr/core/health/http.hpp"
#include "dkr/core/health/probe.hpp"

namespace dkr {

/// Returns the path of the page of a probe.
std::string_view path_of(Probe probe);

/// Answers a request. /livez, /readyz and /startupz are the probes; /master (or /primary), /replica
/// and /sentinel ask whether a server of that role is ready. They answer 200 or 503, with a line
/// that says why. ?role=master|replica, ?lag=BYTES and ?quorum ask for more than the settings do.
/// /status is JSON, /metrics is in the text format of Prometheus.
HttpAnswer answer_health(const HttpRequest& request, const HealthSite& site, const HealthView& view,
                         TimePoint now);

}  // namespace dkr
