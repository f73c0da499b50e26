#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dkr/core/base/time.hpp"
#include "dkr/core/health/health_view.hpp"
#include "dkr/core/settings/settings.hpp"
#include "dkr/core/view/group_view.hpp"

namespace dkr {

/// What is asked about a server.
enum class Probe {
  live,     ///< whether it works, however long that takes; if not, only a restart may help
  started,  ///< whether it has its data
  ready,    ///< whether it is one that clients may be sent to
};

/// What a probe may ask for beyond its kind, and the limits that settings give.
struct ProbeQuery {
  Probe probe = Probe::ready;
  std::optional<HealthView::Kind> kind = {};       ///< must be that
  std::optional<NodeView::Role> role = {};         ///< must have that
  bool quorum = false;                             ///< a sentinel's groups must be well, too
  std::optional<long long> max_lag = {};           ///< of a replica that is ready
  std::chrono::milliseconds live_timeout{30'000};  ///< without progress
};

/// What the settings limit.
ProbeQuery probe_limits(const Settings& settings);

/// The answer, and the reason for it in one line.
struct Verdict {
  bool good = false;
  std::string line;
};

/// Judges a server by what is known of it.
Verdict judge_probe(const ProbeQuery& query, const HealthView& view, TimePoint now);

std::string_view name_of(Probe probe);
/// Nothing: there is no such probe.
std::optional<Probe> probe_named(std::string_view name);

}  // namespace dkr
