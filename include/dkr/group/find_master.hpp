#pragma once

#include <optional>
#include <string>

#include "dkr/core/conf/wanted_conf.hpp"
#include "dkr/core/settings/settings.hpp"

namespace dkr {

/// Looks once for the master that a new sentinel would monitor. nullopt: `reason` says why not.
/// MonitorSeed::group is set if the group's name was taken from other sentinels. `own_id` is the
/// identity in its file, if there is one; it is in the seed unless another sentinel has it.
std::optional<MonitorSeed> find_master(const Settings& told, const std::string& own_id,
                                       std::string& reason);

/// Looks until there is one, and logs what it waits for. nullopt if there was none in
/// REDIS_BOOT_TIMEOUT_MS. Call it in a child process.
std::optional<MonitorSeed> wait_for_master(const Settings& told, const std::string& own_id);

/// Waits until a sentinel that monitors a master may begin (may_begin()), and logs that it waits.
/// Call it in a child process.
void wait_for_company(const Settings& settings, const MonitorSeed& known);

/// True if another sentinel answers with the identity of one that has not started yet: the volume
/// was copied. Asks once. Call it in a child process.
bool identity_is_taken(const Settings& settings, const MonitorSeed& known);

}  // namespace dkr
