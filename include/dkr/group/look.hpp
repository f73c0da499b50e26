#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dkr/core/settings/settings.hpp"
#include "dkr/core/view/group_view.hpp"

namespace dkr {

/// The result of a look at the group.
struct Look {
  GroupView view;
  std::vector<Endpoint> set_master;  ///< all addresses of REDIS_MASTER_HOST; or the name
  std::vector<Endpoint> peers;       ///< of REDIS_PEERS in the order of their names; or the name
  std::vector<std::pair<Endpoint, Endpoint>> names;  ///< an address, and its name

  /// Returns the name that a chosen master announces, or by which it was looked up, if the group
  /// uses names; else the master itself.
  [[nodiscard]] Endpoint by_name(const Endpoint& master, const Settings& settings) const;
};

/// The parameters of a look.
struct LookOptions {
  std::chrono::milliseconds answer_timeout;   ///< for the servers, in each round
  std::chrono::milliseconds resolve_timeout;  ///< for name look-ups
  bool everybody = false;                     ///< also ask the replicas that sentinels know
  std::vector<Endpoint> skip = {};            ///< nodes not to ask
  std::uint16_t own_port = 0;                 ///< port of the data node here; 0: REDIS_PORT
};

/// Asks sentinels and data nodes, each in its own child process, then those that they speak of.
/// Takes at most about four times answer_timeout, and for names at most twice resolve_timeout.
Look look_at_group(const Settings& settings, const LookOptions& options);

/// Asks these sentinels and data nodes once, and nobody else. Takes at most twice the timeout; a
/// name without an address is no part of the view.
GroupView ask_these(const std::vector<Endpoint>& sentinels, const std::vector<Endpoint>& nodes,
                    const Settings& settings, std::chrono::milliseconds timeout);

/// Returns in brackets why the first few servers gave no useful answer; empty if all did.
std::string failures(const GroupView& view);

}  // namespace dkr
