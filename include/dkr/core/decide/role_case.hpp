#pragma once

#include <span>
#include <string>
#include <string_view>
#include <tuple>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/decide/situation.hpp"

namespace dkr {

/// What a data node finds about its role, at a start and while it runs.
struct RoleCase {
  /// "Named" means called the master by more than half of the known sentinels.
  enum class Kind {
    in_place,      ///< the server's role is the one that the sentinels name, or was given by hand
    foreign_data,  ///< this node is not named, and its data may not be replaced
    failing_over,  ///< a sentinel may be replacing the master
    chosen,        ///< a sentinel is promoting this node, which has not been told

    named_and_fresh,     ///< this node is named, and no live replica has more
    named_but_older,     ///< this node is named, and a live replica has more
    named_but_replaced,  ///< this node is named, and a live master has more
    named_but_empty,     ///< this node is named, has no data, and a peer has not answered yet
    named_and_follows,   ///< this node is named, and follows a live master, which will tell the
                         ///< sentinels
    loss_accepted,       ///< this node is named, and REDIS_ACCEPT_DATA_LOSS is on
    crashed,             ///< this node is named, its server has crashed, and a replica can serve
    missed,              ///< this node is named, and a sentinel has not reached it for too long
    outvoted,            ///< this node is named, and a sentinel has voted in a newer epoch
    sentinel_lost,       ///< this node is named, but one sentinel names a node that is not a master
    sentinel_forgot,     ///< this node is named, but one sentinel does not know the group any more
    moved,               ///< this node is named by an address that it no longer has
    address_taken,       ///< the named address is this node's, but was another node's until now

    named_master_lives,    ///< another node is named, and is a master
    named_is_succeeded,    ///< another node is named, and this one was promoted in its place in the
                           ///< same epoch
    named_master_returns,  ///< another node is named, and is a master that a sentinel has not
                           ///< reached for too long
    named_master_silent,   ///< another node is named, and does not answer
    nobody_lives,          ///< the same, and no other node that the sentinels know answers
    named_is_empty,    ///< another node is named, and has no keys; this one has the group's data
    named_is_replica,  ///< another node is named, and is a replica that leads to no master
    named_leads_to_master,  ///< another node is named, and follows a live master
    named_follows_me,       ///< another node is named, and follows this one

    nobody_named,        ///< nobody is named
    kept_replica,        ///< nobody is named, and this node is a replica
    only_empty_master,   ///< nobody is named, and the one master would wipe this replica
    other_master_lives,  ///< nobody is named, and a master has all that this node has
    replica_has_more,    ///< nobody is named, and a replica has more than this node
    all_follow,          ///< nobody is named, and every other node follows this one
    no_other_node,       ///< nobody is named, and no other node is known

    set_master_is_me,    ///< first start; REDIS_MASTER_HOST is this node
    follows_set_master,  ///< first start; REDIS_MASTER_HOST is another node
    set_master_unknown,  ///< first start; the name in REDIS_MASTER_HOST has no address yet
    first_peer,          ///< first start; this is the first peer, and none is a master
    not_first_peer,      ///< first start; another peer comes before this one
    group_unknown,       ///< first start; a sentinel answers, and none knows the group
    alone,               ///< first start; there is no other node to follow
  };

  Kind kind = Kind::in_place;
  Endpoint server = {};  ///< the other server that it is about

  friend bool operator==(const RoleCase&, const RoleCase&) = default;
};

inline auto fields_of(const RoleCase& found) {
  const auto& [kind, server] = found;
  return std::tie(kind, server);
}
constexpr RoleCase::Kind last_of(RoleCase::Kind /*type*/) {
  return RoleCase::Kind::alone;
}

/// Returns the case of this node. At a start, a case that only calls for waiting is returned until
/// that wait is over; while the server runs, time makes no difference.
RoleCase classify(const Situation& now);

/// A kind's name, and its sentence for a person.
struct RoleCaseText {
  RoleCase::Kind kind;
  std::string_view name;      ///< in JSON
  std::string_view sentence;  ///< % stands for the server
};

/// Returns the texts of every kind, in the order of the enum.
std::span<const RoleCaseText> role_case_texts();

std::string_view name_of(RoleCase::Kind kind);

/// Returns the case as a line for a person.
std::string describe(const RoleCase& found);

}  // namespace dkr
