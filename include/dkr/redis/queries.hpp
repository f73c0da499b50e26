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
/// The answer is text that sentinel_answer() reads, so that the question can be asked in another
/// process.
std::string ask_sentinel(const Endpoint& sentinel, const Settings& settings, TimePoint deadline);
SentinelView sentinel_answer(const Endpoint& sentinel, const std::string& text);

/// The same with one data node.
std::string ask_node(const Endpoint& node, const Settings& settings, TimePoint deadline);
NodeView node_answer(const Endpoint& node, const std::string& text);

/// The command for each group whose answer take_votes() reads.
std::vector<std::vector<std::string>> vote_queries(const std::vector<MonitoredGroup>& groups);

/// Asks a server for all that a probe is answered from, and reads the answer in another process.
std::string ask_health(const Endpoint& server, const Settings& settings, HealthView::Kind kind,
                       TimePoint deadline);
HealthView health_answer(const Endpoint& server, const std::string& text, HealthView::Kind kind,
                         TimePoint now);

/// 40 hex digits derived from a text, as a sentinel's myid.
std::string identity_of(const std::string& basis);

}  // namespace dkr
