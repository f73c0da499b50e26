#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/decide/start_check.hpp"
#include "dkr/core/decide/start_role.hpp"
#include "dkr/core/node/container_facts.hpp"
#include "dkr/core/node/storage.hpp"

namespace dkr {

/// A file to be written as a whole.
struct FileWrite {
  std::string path;
  std::string text;
  bool unchanged = false;  ///< written only to check that the server can rewrite it
  bool first = false;      ///< there was none before
};

/// An RDB that becomes the base of an AOF.
struct RdbAdoption {
  Storage storage;
  bool over_aof = false;  ///< in place of an AOF that has less, which is moved aside
};

/// What the watcher needs to know.
struct WatchPlan {
  enum class Kind {
    member,       ///< its role in the group is watched
    independent,  ///< only the health endpoint is served
    sentinel,
  };
  Kind kind = Kind::member;
  std::string group;
  OwnServer server;  ///< as this container reaches it
  Storage storage;   ///< members only
  std::optional<std::uint16_t> health_port;
  Endpoint followed = {};   ///< the master that a member starts to follow as it is named
  bool fixed_conf = false;  ///< the server's configuration is not ours to write
};

/// Everything that happens up to the start of the server, decided before any of it happens.
struct Plan {
  std::string volume;
  bool create_volume = false;
  bool fix_owners = false;
  std::optional<ServiceUser> become;
  unsigned umask = 0;
  std::optional<FileWrite> conf;
  std::optional<FileWrite> note;      ///< the note in the volume
  std::optional<RoleDecision> role;   ///< for a data node that has looked at its group
  std::optional<Endpoint> monitored;  ///< master that a sentinel starts to monitor
  std::optional<RdbAdoption> adoption;
  std::optional<Storage> aside;         ///< damaged data, which another node has whole
  std::optional<Storage> kept;          ///< data that another history is about to replace
  std::optional<Storage> spared;        ///< whose RDB the server would overwrite without reading it
  std::optional<WatchPlan> watch;       ///< for a member, a sentinel, or a health endpoint
  std::vector<std::string> data_check;  ///< command that checks the data; empty: there is none
  std::string program;
  std::vector<std::string> argv;
  bool needs_volume = true;               ///< something has to be written there
  std::optional<std::string> typed = {};  ///< what the server reads on standard input
  std::optional<std::string> given_conf;  ///< configuration that is not ours and is used as given
  std::chrono::milliseconds stop_timeout{};
  std::vector<std::string> notes;  ///< what is as it was asked for, but may surprise
  std::vector<std::string> warnings;
};

/// Returns the plan of a start that check() and check_decision() have accepted.
Plan make_plan(const StartFacts& facts, const StartDecision& decision);

/// What the note of a start takes from elsewhere.
struct NoteFacts {
  std::string group;
  std::optional<MinReplicas> users_limits;  ///< those of the configuration
  std::string boot;                         ///< this one of the machine
  std::optional<int> users_priority;        ///< if the server starts with 0 in place of this
};

/// Returns the note of a member that starts in a role.
StateNote note_at_start(const StateNote& before, const RoleDecision& role, const NoteFacts& facts);

/// Makes the plan of a server that needs no volume write nothing: the server reads its
/// configuration from standard input.
void do_without_volume(Plan& plan);

/// Returns the plan for a person, one line per step. Values of secret directives are not shown.
std::string describe(const Plan& plan);

}  // namespace dkr
