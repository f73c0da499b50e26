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

/// What a look at the group has found.
struct Look {
  GroupView view;
  std::vector<Endpoint> set_master;  ///< every address of REDIS_MASTER_HOST
  std::vector<Endpoint> peers;       ///< of REDIS_PEERS in the order of their names; or the name
  std::vector<std::pair<Endpoint, Endpoint>> names;  ///< an address, and the name it stands for

  /// The name that the master chosen announces, or that was looked up, where the group goes by
  /// names; else the master itself.
  [[nodiscard]] Endpoint by_name(const Endpoint& master, const Settings& settings) const;
};

/// How a look is made.
struct LookOptions {
  std::chrono::milliseconds answer_timeout;   ///< of the servers, once for each round
  std::chrono::milliseconds resolve_timeout;  ///< of the name service
  bool everybody = false;                     ///< also the replicas that sentinels know
  std::vector<Endpoint> skip = {};            ///< nodes that are not asked
  std::uint16_t own_port = 0;                 ///< of the data node here; 0: REDIS_PORT
};

/// Asks sentinels and data nodes, each in a process of its own, then those they speak of. Takes at
/// most about four times the one timeout, and for names at most twice the other.
Look look_at_group(const Settings& settings, const LookOptions& options);

/// Why servers did not answer, the first few, in brackets; empty when all did.
std::string failures(const GroupView& view);

}  // namespace dkr
