#pragma once

#include <span>
#include <string>
#include <string_view>
#include <tuple>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/decide/situation.hpp"

namespace dkr {

/// What a data node finds about its role, at its start and while it runs.
struct RoleCase {
  /// "Named" is whom most sentinels name as the master.
  enum class Kind {
    in_place,      ///< the server runs in the role that the sentinels name, or was given by hand
    foreign_data,  ///< this node is not named, and nobody allowed its data to be replaced
    failing_over,  ///< a sentinel may be replacing the master

    named_and_fresh,    ///< this node is named, and no live replica has more
    named_but_older,    ///< this node is named, and a live replica has more
    named_but_empty,    ///< this node is named, has no data, and a peer has not answered yet
    named_and_follows,  ///< this node is named, and follows a live master, which will say so
    loss_accepted,      ///< this node is named, and REDIS_ACCEPT_DATA_LOSS is on
    crashed,            ///< this node is named, its server has crashed, and a replica can serve
    missed,             ///< this node is named, and a sentinel has not reached it for long
    sentinel_lost,      ///< this node is named; one sentinel names a node that is no master
    moved,              ///< this node is named by an address that it no longer has
    address_taken,      ///< named is an address that another node had until now

    named_master_lives,    ///< another node is named, and is a master
    named_master_returns,  ///< another node is named, and is a master that the sentinels still miss
    named_master_silent,   ///< another node is named, and does not answer
    nobody_lives,          ///< the same, and whom else the sentinels know is gone, too
    named_is_empty,        ///< another node is named, has no keys, and this one has the group's
    named_is_replica,      ///< another node is named, and leads to no master
    named_leads_to_master,  ///< another node is named, and follows a live master
    named_follows_me,       ///< another node is named, and follows this one

    nobody_named,        ///< nobody is named
    kept_replica,        ///< nobody is named, and this node is a replica
    other_master_lives,  ///< nobody is named, and a master has all that this node has
    all_follow,          ///< nobody is named, and every other node follows this one
    no_other_node,       ///< nobody is named, and no other node is known

    set_master_is_me,    ///< first start; REDIS_MASTER_HOST is this node
    follows_set_master,  ///< first start; REDIS_MASTER_HOST is another node
    set_master_unknown,  ///< first start; the name in REDIS_MASTER_HOST has no address yet
    first_peer,          ///< first start; this is the first peer, and none is a master
    not_first_peer,      ///< first start; another peer comes before this one
    alone,               ///< first start; nobody else is set
  };

  Kind kind = Kind::in_place;
  Endpoint server = {};  ///< the other one that it is about

  friend bool operator==(const RoleCase&, const RoleCase&) = default;
};

inline auto fields_of(const RoleCase& found) {
  const auto& [kind, server] = found;
  return std::tie(kind, server);
}
constexpr RoleCase::Kind last_of(RoleCase::Kind /*type*/) {
  return RoleCase::Kind::alone;
}

/// What this node finds. Something that is only worth a wait is found until the wait is over; while
/// the server runs, the time changes nothing.
RoleCase classify(const Situation& now);

/// How a kind is called, and told to a person.
struct RoleCaseText {
  RoleCase::Kind kind;
  std::string_view name;      ///< in JSON
  std::string_view sentence;  ///< % stands for the server
};

/// Every kind, in the order of the enum.
std::span<const RoleCaseText> role_case_texts();

std::string_view name_of(RoleCase::Kind kind);

/// The case as a line for a person.
std::string describe(const RoleCase& found);

}  // namespace dkr
