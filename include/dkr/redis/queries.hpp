#pragma once

#include <string>
#include <vector>

#include "dkr/core/base/time.hpp"
#include "dkr/core/conf/own_server.hpp"
#include "dkr/core/health/health_view.hpp"
#include "dkr/core/health/probe.hpp"
#include "dkr/core/settings/settings.hpp"
#include "dkr/core/view/fleet_view.hpp"
#include "dkr/core/view/group_view.hpp"
#include "dkr/redis/connection.hpp"

namespace dkr {

/// How we log in to sentinels and to data nodes.
Access sentinel_access(const Settings& settings);
Access node_access(const Settings& settings);

/// Returns the commands whose replies sentinel_view() reads.
std::vector<std::vector<std::string>> sentinel_queries(const std::string& group);

/// Returns the command whose reply vote_in() reads: asks a sentinel for its last vote for a
/// failover away from the master that it names, by an address: a name it would look up, and wait
/// for that. Source: sentinel.c, sentinelVoteLeader(): with an epoch that is not newer it tells the
/// last vote.
std::vector<std::string> last_vote_query(const Endpoint& master);

/// Asks one sentinel what it knows of the group. Always returns a view: a failure is part of it.
/// The replies may be hostile, so call it in a child process.
SentinelView ask_sentinel(const Endpoint& sentinel, const Settings& settings, TimePoint deadline);

/// Asks one data node what it says of itself, in the same way.
NodeView ask_node(const Endpoint& node, const Settings& settings, TimePoint deadline);

/// Asks one sentinel what it says of all its groups, in the same way.
FleetSentinel ask_fleet_sentinel(const Endpoint& sentinel, const Settings& settings,
                                 TimePoint deadline);

/// Returns, for each group, the command whose reply take_votes() reads.
std::vector<std::vector<std::string>> vote_queries(const std::vector<MonitoredGroup>& groups);

/// Asks a server for all that probes are answered from, in the same way. The kind becomes `waiting`
/// if nobody listens.
HealthView ask_health(const OwnServer& server, HealthView::Kind kind, TimePoint deadline);

/// Returns 40 hex digits derived from a text, for a sentinel's myid.
std::string identity_of(const std::string& basis);

}  // namespace dkr
