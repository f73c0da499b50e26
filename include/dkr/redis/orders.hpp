#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/base/time.hpp"
#include "dkr/core/decide/handover_plan.hpp"
#include "dkr/core/decide/repoint.hpp"
#include "dkr/core/settings/settings.hpp"

namespace dkr {

/// What came of a request for a failover.
struct FailoverAnswer {
  std::string text;       ///< the reply: OK, or why not
  bool in_doubt = false;  ///< it was asked and has not replied: it may fail over all the same
};

/// Asks one sentinel for a failover, and no other one that answers at its address.
FailoverAnswer ask_failover(const FailoverSentinel& whom, const Settings& settings,
                            TimePoint deadline);

/// Makes one sentinel name another master, in an epoch that must be newer than its own. It keeps
/// its settings, and if that fails, what it knows. Returns its reply: OK, or why not.
std::string repoint(const Repointing& whom, const Settings& settings, const Endpoint& master,
                    std::uint64_t epoch, TimePoint deadline);

/// Makes a sentinel that does not know the group monitor it, with the settings that another one has
/// for it; it knows it either so or not at all. Returns its reply: OK, or why not.
std::string start_monitoring(const Endpoint& sentinel, const Endpoint& other,
                             const Settings& settings, const Endpoint& master, TimePoint deadline);

/// Sends commands to a sentinel. Returns the first failure; empty if there is none.
std::string tell_sentinel(const Endpoint& sentinel, const Settings& settings,
                          const std::vector<std::vector<std::string>>& commands,
                          TimePoint deadline);

/// Gives a sentinel another quorum for the group, and reads it back. Returns why it has not got it;
/// empty: it has.
std::string set_quorum(const Endpoint& sentinel, const Settings& settings, int value,
                       TimePoint deadline);

/// Returns the commands that make a running master a replica for good: they also rewrite its
/// configuration, and disconnect its clients, so that these look for the new master.
std::vector<std::vector<std::string>> follow_orders(const Endpoint& master);

/// Sends commands to a data node. Returns the first failure; empty if there is none.
std::string give_orders(const Endpoint& node, const Settings& settings,
                        const std::vector<std::vector<std::string>>& commands, TimePoint deadline);

}  // namespace dkr
