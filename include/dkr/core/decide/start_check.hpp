#pragma once

#include <optional>
#include <string>
#include <vector>

#include "dkr/core/base/result.hpp"
#include "dkr/core/conf/container.hpp"
#include "dkr/core/decide/start_role.hpp"
#include "dkr/core/node/container_facts.hpp"
#include "dkr/core/node/node_data.hpp"
#include "dkr/core/node/storage.hpp"

namespace dkr {

/// What a start needs to ask the group.
enum class StartQuestion {
  nothing,
  master,   ///< the master that a sentinel should monitor
  company,  ///< whether anybody is there yet for a sentinel that knows its master
  role,  ///< of a data node that is a member, or starts for the first time with REDIS_MASTER_HOST
};

/// Everything that a start reads before it asks anybody.
struct StartFacts {
  Container container;
  ContainerFacts local;
  Storage storage;        ///< of the server
  Result<NodeData> data;  ///< what the role depends on, if that is the question
  std::string obstacle;   ///< why the volume cannot be written to, if the group will be asked
};

/// What the group has said.
struct StartDecision {
  std::optional<MonitorSeed> monitor;
  std::optional<RoleDecision> role;
  bool new_identity = false;  ///< of a sentinel: another one has the identity in its file
};

/// True if this container is a data node that belongs to a group.
bool is_member(const Container& container);

StartQuestion question_of(const Container& container);

/// True if the server would not start with the data, or would start empty and overwrite it.
bool is_damaged(const ContainerFacts& local, const Storage& storage);

/// True if the RDB becomes the beginning of an AOF: there is none, or one that has less. Otherwise
/// a server told to use an AOF would ignore the RDB, and overwrite it at shutdown.
bool adopts_rdb(const ContainerFacts& local, const Storage& storage);

/// Returns the name by which the server's program checks an RDB.
std::string rdb_check(const ContainerFacts& local);

/// Returns the command by which the server's program checks the data that it will read; empty if
/// there is no data. Source: main() in server.c, which decides by the name it is called by.
std::vector<std::string> data_check(const StartFacts& facts);

/// Returns the user to run the server as if we are root; nullopt if we stay who we are.
std::optional<ServiceUser> service_user(const Settings& settings, const ContainerFacts& local);

/// Returns the error for a volume that the server's user cannot write to, and why.
Error not_writable(const std::string& volume, const std::optional<ServiceUser>& user,
                   const std::string& obstacle);

/// Returns an error if a setting or a part of the container prevents the start.
Result<Done> check(const StartFacts& facts);

/// Returns an error if the group's answers prevent the start: a member gives up damaged data only
/// if a live master has all of it.
Result<Done> check_decision(const StartFacts& facts, const StartDecision& decision);

}  // namespace dkr
