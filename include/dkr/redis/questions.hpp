#pragma once

#include <string>

#include "dkr/core/group.hpp"
#include "dkr/core/settings.hpp"
#include "dkr/core/time.hpp"

namespace dkr {

/// Asks one sentinel what it knows of the group. It always answers: a failure is part of the view.
/// The answer is text that sentinel_answer() reads, so that the question can be asked in another
/// process.
std::string ask_sentinel(const Endpoint& sentinel, const Settings& settings, TimePoint deadline);
SentinelView sentinel_answer(const Endpoint& sentinel, const std::string& text);

/// The same with one data node.
std::string ask_node(const Endpoint& node, const Settings& settings, TimePoint deadline);
NodeView node_answer(const Endpoint& node, const std::string& text);

/// Tells one sentinel to fail over, and answers what it said: OK, or why not.
std::string ask_failover(const Endpoint& sentinel, const Settings& settings, TimePoint deadline);

/// 40 hex digits derived from a text, as a sentinel's myid.
std::string identity_of(const std::string& basis);

}  // namespace dkr
