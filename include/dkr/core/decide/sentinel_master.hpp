#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dkr/core/conf/wanted_conf.hpp"
#include "dkr/core/settings/settings.hpp"
#include "dkr/core/view/group_view.hpp"

namespace dkr {

/// Why a sentinel monitors a master, or keeps waiting.
enum class MasterReason {
  sentinels_name,        ///< the other sentinels name it, and it is a master
  all_name,              ///< they all name it, and it does not answer: their vote may be missing
  only_master,           ///< no other node says that it is a master
  master_with_replicas,  ///< of several masters, the one with linked replicas
  freshest_master,  ///< of several masters, the one with keys, or with the most of one history,
                    ///< or that went on from the others
  set_master,       ///< of several masters, the one that REDIS_MASTER_HOST names
  first_peer,       ///< of several empty masters, the first in order
  // The reasons below choose nobody.
  nobody_answers,
  sentinel_is_strange,  ///< a sentinel answers, and knows only other groups
  sentinel_refuses,     ///< a sentinel that may know the master refuses to answer
  sentinel_is_silent,   ///< a sentinel that may know the master has not answered yet
  few_sentinels,        ///< no majority of the known sentinels answers yet
  sentinels_differ,     ///< neither a majority nor a newest epoch decides
  named_is_silent,      ///< the node that the sentinels name does not answer
  named_is_replica,     ///< the node that the sentinels name is a replica
  no_master,            ///< every node that answers is a replica
  follows_another,      ///< a replica follows a node that does not answer
  peers_are_silent,     ///< the only master has no replicas, and a peer has not answered yet
  several_masters,      ///< masters with data of different histories
};
constexpr MasterReason last_of(MasterReason /*type*/) {
  return MasterReason::several_masters;
}

/// The master that a new sentinel should monitor.
struct MasterChoice {
  std::optional<Endpoint> master;
  MasterReason reason = MasterReason::nobody_answers;
  Endpoint about;  ///< the server that the reason is about
};

/// What the choice depends on besides the view.
struct MasterInputs {
  std::vector<Endpoint> set_master;  ///< every address of REDIS_MASTER_HOST
  bool in_grace_period = false;      ///< still waiting for silent sentinels and peers
};

/// Decides which master a sentinel without a configuration monitors: the one that the others name,
/// alive or not if they agree, or, if none of them knows the group, the live master. A missing
/// answer never leads to a choice.
MasterChoice choose_master(const GroupView& view, const MasterInputs& inputs);

/// True if a sentinel that knows whom it monitors may start: that master's host is there, or
/// another sentinel is, or it has waited for returning_host_grace. A sentinel counts from its own
/// start on, so one that is back before anybody else would find the master down, and begin a
/// failover in vain or away from a master that is about to return. `view`: the master and the other
/// sentinels.
bool may_begin(const GroupView& view, std::chrono::milliseconds waited);

/// Returns the reason as a line for a person.
std::string describe(const MasterChoice& choice);

/// Completes a choice with the epochs of the sentinels that name it, with `myid` unless another
/// sentinel has it, and, if the master does not answer, with what they know.
MonitorSeed seed_of(const Endpoint& master, const GroupView& view, const std::string& myid);

/// Returns what the identity of a sentinel is derived from: its announced host with its port, by
/// which nobody else is reached. Empty without one: a host name may be that of several containers.
std::string identity_basis(const Settings& settings);

}  // namespace dkr
