#pragma once

#include "world.hpp"

// What one host sees of the group: the questions of the rooms redis and group, in one moment.
namespace dkr::model {

struct Look {
  GroupView view;
  std::vector<Endpoint> peers;  ///< REDIS_PEERS, looked up
};

/// As group/look does it: seeds, then all that these speak of.
Look look_of_node(const World& world, Index node);

/// Of a sentinel that has no master yet.
GroupView look_of_sentinel(const World& world, Index sentinel);

/// What a sentinel answers a host, or why it does not.
SentinelView ask_sentinel(const World& world, Index from_host, const Endpoint& at);

/// What a data node answers a host, or why it does not.
NodeView ask_node(const World& world, Index from_host, const Endpoint& at);

}  // namespace dkr::model
