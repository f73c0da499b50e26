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

/// A file to be written whole.
struct FileWrite {
  std::string path;
  std::string text;
  bool unchanged = false;  ///< written only to see that the server can do so too
};

/// An RDB that becomes the base of an AOF, because the server, told to use an AOF, would ignore it,
/// start empty and overwrite it at shutdown.
struct RdbAdoption {
  std::string rdb;
  std::string aof;
};

/// What the watcher beside the server has to know.
struct WatchPlan {
  enum class Kind {
    member,       ///< the role in the group is watched over
    independent,  ///< there is only the health endpoint to serve
    sentinel,
  };
  Kind kind = Kind::member;
  std::string group;
  Endpoint server;  ///< ours, as this container reaches it
  Storage storage;  ///< of a member
  std::optional<std::uint16_t> health_port;
};

/// Everything that happens up to the start of the server, decided before any of it happens.
struct Plan {
  std::string volume;
  bool create_volume = false;
  bool fix_owners = false;
  std::optional<ServiceUser> become;
  unsigned umask = 0;
  std::optional<FileWrite> conf;
  std::optional<FileWrite> note;      ///< our own
  std::optional<RoleDecision> role;   ///< of a data node that has looked at its group
  std::optional<Endpoint> monitored;  ///< by a sentinel from now on
  std::optional<RdbAdoption> adoption;
  std::optional<Storage> aside;         ///< damaged data that another node has whole
  std::optional<WatchPlan> watch;       ///< of a member, a sentinel, or one with a health endpoint
  std::vector<std::string> data_check;  ///< a command; empty: there is no data
  std::string program;
  std::vector<std::string> argv;
  std::optional<std::string> given_conf;  ///< a configuration that is not ours, used as given
  std::chrono::milliseconds stop_timeout{};
  std::vector<std::string> warnings;
};

/// Decides the plan of a start that check() and check_decision() let pass.
Plan make_plan(const StartFacts& facts, const StartDecision& decision);

/// The plan for a person, a line each. Values of secret directives are not shown.
std::string describe(const Plan& plan);

}  // namespace dkr
