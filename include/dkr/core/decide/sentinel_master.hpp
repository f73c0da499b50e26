#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dkr/core/conf/wanted_conf.hpp"
#include "dkr/core/settings/settings.hpp"
#include "dkr/core/view/group_view.hpp"

namespace dkr {

/// Why a sentinel monitors whom it does, or goes on waiting.
enum class MasterReason {
  sentinels_name,        ///< the other sentinels name it, and it is a master
  only_master,           ///< nobody else says that it is a master
  master_with_replicas,  ///< of several masters the one with linked replicas
  freshest_master,       ///< of several masters the one with keys, or the most of one history
  set_master,            ///< of several masters the one REDIS_MASTER_HOST names
  first_peer,            ///< of several empty masters the first in order
  // From here on nobody is chosen.
  nobody_answers,
  sentinel_refuses,    ///< one that may know the master does not let us in
  sentinel_is_silent,  ///< one that may know the master has not answered yet
  few_sentinels,       ///< less than a majority of those known answers, for now
  sentinels_differ,    ///< as many name one as another, in the same epoch
  named_is_silent,     ///< whom the sentinels name does not answer
  named_is_replica,    ///< whom the sentinels name is none
  no_master,           ///< every node that answers is a replica
  follows_another,     ///< a replica follows a node that does not answer
  peers_are_silent,    ///< the only master has no replicas, and a peer has not answered yet
  several_masters,     ///< with data of different histories
};
constexpr MasterReason last_of(MasterReason /*type*/) {
  return MasterReason::several_masters;
}

/// Whom a new sentinel shall monitor.
struct MasterChoice {
  std::optional<Endpoint> master;
  MasterReason reason = MasterReason::nobody_answers;
  Endpoint about;  ///< whom a reason is about that chooses nobody
};

/// What helps to choose beside the view.
struct MasterInputs {
  std::vector<Endpoint> set_master;  ///< every address of REDIS_MASTER_HOST
  bool in_grace_period = false;      ///< silent sentinels and peers are still waited for
};

/// Decides whom a sentinel without a configuration monitors: whom the others name; if none of them
/// knows the group, the one live master. No answer is never a choice.
MasterChoice choose_master(const GroupView& view, const MasterInputs& inputs);

/// The reason as a line for a person.
std::string describe(const MasterChoice& choice);

/// Completes a choice: the epochs of the sentinels that name it, and `myid` unless another sentinel
/// has it.
MonitorSeed seed_of(const Endpoint& master, const GroupView& view, const std::string& myid);

/// What the identity of a sentinel is derived from: its announced or host name, with its port.
/// Empty for a name that Docker made up (12 hex digits), which the next container will not have.
std::string identity_basis(const Settings& settings, std::string_view host_name);

}  // namespace dkr
