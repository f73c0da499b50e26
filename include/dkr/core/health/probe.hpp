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

/// What a probe asks about a server.
enum class Probe {
  live,     ///< whether it works, however slowly; if not, only a restart may help
  started,  ///< whether it has its data
  ready,    ///< whether clients may be sent to it
};

/// What a probe asks for besides its kind, and the limits from the settings.
struct ProbeQuery {
  Probe probe = Probe::ready;
  std::optional<HealthView::Kind> kind = {};       ///< required kind of server
  std::optional<NodeView::Role> role = {};         ///< required role
  bool quorum = false;                             ///< the groups of a sentinel must be well, too
  std::optional<long long> max_lag = {};           ///< bytes that a ready replica may be behind
  std::chrono::milliseconds live_timeout{30'000};  ///< longest time without progress
};

/// Returns the limits from the settings.
ProbeQuery probe_limits(const Settings& settings);

/// The result of a probe, and the reason for it in one line.
struct Verdict {
  bool good = false;
  std::string line;
};

/// Judges a server by what is known about it.
Verdict judge_probe(const ProbeQuery& query, const HealthView& view, TimePoint now);

std::string_view name_of(Probe probe);
/// Returns nullopt if there is no such probe.
std::optional<Probe> probe_named(std::string_view name);

}  // namespace dkr
