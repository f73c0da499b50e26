#pragma once

#include <string>
#include <vector>

#include "dkr/core/base/time.hpp"
#include "dkr/core/health/health_view.hpp"
#include "dkr/core/health/probe.hpp"
#include "dkr/core/settings/settings.hpp"
#include "dkr/core/view/group_view.hpp"
#include "dkr/redis/connection.hpp"

namespace dkr {

/// How we are let in by sentinels and by data nodes.
Access sentinel_access(const Settings& settings);
Access node_access(const Settings& settings);

/// The commands whose answers sentinel_view() reads.
std::vector<std::vector<std::string>> sentinel_queries(const std::string& group);

/// Asks one sentinel what it knows of the group. It always answers: a failure is part of the view.
/// What it reads may be hostile, so it is for a process of its own.
SentinelView ask_sentinel(const Endpoint& sentinel, const Settings& settings, TimePoint deadline);

/// Asks one data node what it says of itself, in the same way.
NodeView ask_node(const Endpoint& node, const Settings& settings, TimePoint deadline);

/// The command for each group whose answer take_votes() reads.
std::vector<std::vector<std::string>> vote_queries(const std::vector<MonitoredGroup>& groups);

/// Asks a server for all that a probe is answered from, in the same way. It is of the kind waiting
/// where nobody listens.
HealthView ask_health(const Endpoint& server, const Settings& settings, HealthView::Kind kind,
                      TimePoint deadline);

/// 40 hex digits derived from a text, as a sentinel's myid.
std::string identity_of(const std::string& basis);

}  // namespace dkr
