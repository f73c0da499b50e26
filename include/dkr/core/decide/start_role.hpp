#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dkr/core/init/crash.hpp"
#include "dkr/core/node/node_data.hpp"
#include "dkr/core/settings/settings.hpp"
#include "dkr/core/view/group_view.hpp"

namespace dkr {

/// What the start of a data node may do.
enum class RoleAction {
  as_it_is,  ///< in the role that its configuration has
  be_master,
  be_closed_master,  ///< one that takes no writes until the watcher opens it
  be_replica,        ///< of RoleDecision::server
  promote,           ///< have the sentinels promote RoleDecision::server, and decide again
  wait,              ///< and decide again
};

/// Why. The README has a row for each.
enum class RoleReason {
  foreign_data,           ///< data of another history, and nobody allowed to replace it
  named_master_lives,     ///< another node is named, and is a master
  named_master_silent,    ///< another node is named, and does not answer
  named_master_returns,   ///< another node is named, and is a master that the sentinels still miss
  named_leads_to_master,  ///< another node is named, and follows a live master
  named_is_replica,       ///< another node is named, and leads to no master
  named_is_empty,         ///< another node is named, has no keys, and this one has the group's
  named_and_fresh,        ///< this node is named, and no live replica has more
  named_but_older,        ///< this node is named, and a live replica has more
  named_but_empty,        ///< this node is named, has no data, and a peer has not answered yet
  moved,                  ///< this node is named by an address that it no longer has
  address_taken,          ///< named is an address that another node had until now
  failing_over,           ///< this node is named, and a sentinel may be replacing it
  missed,                 ///< this node is named, and a sentinel has not reached it for long
  crashed,                ///< this node is named, its server has crashed, and a replica can serve
  loss_accepted,          ///< this node is named, and REDIS_ACCEPT_DATA_LOSS is on
  kept_replica,           ///< nobody is named; it was a replica
  newer_master_lives,     ///< nobody is named; another master of this history has more
  all_follow,             ///< nobody is named; every other node follows this one
  no_other_node,          ///< nobody is named, and no other node is known
  nobody_named,           ///< nobody is named yet
  waited_enough,          ///< nobody was named in REDIS_SENTINEL_WAIT_MS
  set_master_is_me,       ///< first start; REDIS_MASTER_HOST is this node
  follows_set_master,     ///< first start; REDIS_MASTER_HOST is another node
  set_master_unknown,     ///< first start; the name in REDIS_MASTER_HOST has no address yet
  joins_live_master,      ///< first start; a peer is a master
  first_peer,             ///< first start; this is the first peer, and none is a master
  not_first_peer,         ///< first start; another peer comes before this one
  alone,                  ///< first start; nobody else is set
};

struct RoleDecision {
  RoleAction action = RoleAction::as_it_is;
  RoleReason reason = RoleReason::alone;
  Endpoint server;  ///< the other one that it is about
};

/// What is known beside the view.
struct RoleInputs {
  std::vector<Endpoint> me;          ///< every endpoint that is this node
  std::vector<Endpoint> set_master;  ///< every address of REDIS_MASTER_HOST, or the unknown name
  std::vector<Endpoint> peers;       ///< REDIS_PEERS in order, this node among them
  std::chrono::milliseconds waited{};
  AfterEnd after_end = AfterEnd::leave;  ///< of the crash before this start, if there was one
};

/// Whether this node belongs to a group: REDIS_GROUP is set, sentinels were given by hand, or its
/// data has been the group's.
bool is_member(const Settings& settings, const std::string& data_group);

/// Decides the role of a data node at its start. A stale master never serves one write, an empty
/// one never wipes a replica, foreign data is never replaced.
RoleDecision decide_start_role(const Settings& settings, const NodeData& local,
                               const GroupView& view, const RoleInputs& inputs);

/// The decision as a line for a person.
std::string describe(const RoleDecision& decision);

/// A decision as one line, and back; nothing when the line is none.
std::string to_line(const RoleDecision& decision);
std::optional<RoleDecision> parse_role_decision(std::string_view line);

}  // namespace dkr
