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

/// What a start has to know from the group.
enum class StartQuestion {
  nothing,
  master,  ///< whom a sentinel shall monitor
  role,    ///< of a data node that is a member, or that starts first and has REDIS_MASTER_HOST
};

/// Everything that a start has read before it asks anybody.
struct StartFacts {
  Container container;
  ContainerFacts local;
  Storage storage;        ///< of the server
  Result<NodeData> data;  ///< what decides on the role; where that is the question
  std::string obstacle;   ///< to writing into the volume, where the group will be asked
};

/// What the group has said.
struct StartDecision {
  std::optional<MonitorSeed> monitor;
  std::optional<RoleDecision> role;
};

/// Whether this container is a data node that belongs to a group.
bool is_member(const Container& container);

StartQuestion question_of(const Container& container);

/// Whether the data is such that the server would not start with it, or would start empty and
/// overwrite it.
bool is_damaged(const ContainerFacts& local, const Storage& storage);

/// The command by which the server's program checks the data that it will read. Source: main() in
/// server.c, which goes by the name it is called by. Empty: there is no data.
std::vector<std::string> data_check(const StartFacts& facts);

/// Whom the server runs as, where we are root. Nothing: we stay who we are.
std::optional<ServiceUser> service_user(const Settings& settings, const ContainerFacts& local);

/// The error about a volume that whom the server runs as cannot write to, and why.
Error not_writable(const std::string& volume, const std::optional<ServiceUser>& user,
                   const std::string& obstacle);

/// Says which setting or part of the container stands against a start.
Result<Done> check(const StartFacts& facts);

/// Says whether what the group has said stands against it: damaged data of a member goes only where
/// a master that lives has it whole.
Result<Done> check_decision(const StartFacts& facts, const StartDecision& decision);

}  // namespace dkr
