#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/base/result.hpp"
#include "dkr/core/conf/conf.hpp"
#include "dkr/core/settings/settings.hpp"

namespace dkr {

/// Another sentinel of the group.
struct SeedSentinel {
  Endpoint at;
  std::string id;
};

inline auto fields_of(const SeedSentinel& sentinel) {
  const auto& [at, id] = sentinel;
  return std::tie(at, id);
}

/// What a sentinel needs to start monitoring a group.
struct MonitorSeed {
  Endpoint master;
  std::uint64_t config_epoch = 0;
  std::uint64_t current_epoch = 0;
  std::string myid;                          ///< empty: the sentinel generates one
  std::vector<Endpoint> replicas = {};       ///< those that the master cannot tell of
  std::vector<SeedSentinel> sentinels = {};  ///< those that it cannot meet there
  std::string group = {};  ///< the group's name, if it was taken from the other sentinels
};

inline auto fields_of(const MonitorSeed& seed) {
  const auto& [master, config_epoch, current_epoch, myid, replicas, sentinels, group] = seed;
  return std::tie(master, config_epoch, current_epoch, myid, replicas, sentinels, group);
}
/// True if there is a master, and identities have only hex digits.
bool is_valid(const MonitorSeed& seed);

/// Returns what the given settings put into a data node's configuration, without passwords.
std::vector<Directive> node_directives(const Settings& settings);

/// Returns what the given settings put into a sentinel's configuration for any group, without
/// passwords. If `starts`, it begins to monitor a group, and defaults are included.
std::vector<Directive> sentinel_directives(const Settings& settings, bool starts);

/// Returns the passwords that the given settings put into a data node's configuration. They are in
/// the file and nowhere else.
std::vector<Directive> node_secrets(const Settings& settings);

/// Sets the password of the default user, also in a line `user default on #hash ...` that CONFIG
/// REWRITE left behind and that would win.
void set_default_password(Conf& conf, const Secret& password);

/// Makes a line `user default`, if there is one, need this password.
void protect_default(Conf& conf, const Secret& password);

/// True if a sentinel with this configuration still needs a master to monitor: it does not monitor
/// the group that was given or, if none was given, any group. With REDIS_GROUPS_FILE and without a
/// group it needs none: it is told of its groups while it runs.
bool lacks_monitor(const Settings& settings, const Conf& conf);

/// True if a sentinel whose configuration has this text begins, and is told of its groups later.
bool starts_without_groups(const Settings& settings, std::string_view conf);

/// Returns the master and the other sentinels of the group that a sentinel's configuration names,
/// and the sentinel's own identity; without a master if it does not monitor the group.
MonitorSeed monitored_by(const Settings& settings, const std::vector<Directive>& directives);

/// True if Sentinel, which writes such values into its file bare, reads it back from there.
bool is_bare_in_sentinel_conf(std::string_view value);

/// Returns an error if Sentinel would write the password back in a way that it cannot read.
Result<Done> check_sentinel_password(const Settings& settings);

/// Writes the `sentinel` directives among a sentinel's own arguments into its configuration. What
/// Sentinel has learned since they were first given stays: the address of a master, other servers,
/// its identity and epochs.
void set_asked(Conf& conf, const std::vector<Directive>& asked);

/// Removes a sentinel's identity from its configuration: Sentinel makes a random one when it
/// starts. The other sentinels are removed, too, for one of a copied configuration may have our
/// address: a sentinel that says hello to itself takes itself for another one. They say hello
/// themselves.
void drop_identity(Conf& conf);

/// Writes the given settings into a sentinel's configuration; with a seed, also the group,
/// including defaults; and what its own arguments ask for, which wins.
void shape_sentinel_conf(Conf& conf, const Settings& settings,
                         const std::optional<MonitorSeed>& seed,
                         const std::vector<Directive>& asked = {});

}  // namespace dkr
