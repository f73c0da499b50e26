#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data.hpp"

namespace dkr::model {

/// A data node, as one sentinel has it.
struct Instance {
  Endpoint at;
  Tick pong = 0;
  Tick down_at = long_ago;  ///< when it was last held for down
  bool s_down = false;
  Tick told = 0;  ///< its role and all that follows
  NodeView::Role role = NodeView::Role::unknown;
  Tick role_since = 0;
  int priority = 100;
  long long offset = 0;
  Endpoint follows;
  Tick follows_since = 0;
};

/// Where a failover stands. Each takes a tick at least.
enum class FailoverState { none, wait_start, select, wait_promotion, reconfigure };

/// A Sentinel. The order of the fields is that of its rules.
struct Sentinel {
  std::string name;
  std::string id;
  std::vector<Endpoint> at;
  bool up = true;
  std::optional<Tick> waits_since = {};  ///< it has no configuration, and looks for the master
  bool knows_group = true;
  Instance master;
  std::vector<Instance> replicas;
  std::vector<Index> others;  ///< the other sentinels that it knows
  std::uint64_t current_epoch = 0;
  std::uint64_t config_epoch = 0;
  std::uint64_t voted_epoch = 0;
  Index voted_for = nobody;
  Tick voted_at = long_ago;  ///< when it last told of a vote
  bool o_down = false;
  FailoverState state = FailoverState::none;
  bool forced = false;
  std::uint64_t failover_epoch = 0;
  Tick failover_start = long_ago;
  Tick state_since = 0;
  Endpoint promoted;
  Tick tilt_until = 0;
  bool says_hello = false;  ///< at once
};

}  // namespace dkr::model
