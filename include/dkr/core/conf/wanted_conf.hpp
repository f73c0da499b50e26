#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/base/result.hpp"
#include "dkr/core/conf/conf.hpp"
#include "dkr/core/settings/settings.hpp"

namespace dkr {

/// What a sentinel begins with.
struct MonitorSeed {
  Endpoint master;
  std::uint64_t config_epoch = 0;
  std::uint64_t current_epoch = 0;
  std::string myid;  ///< empty: the sentinel makes one up
};

inline auto fields_of(const MonitorSeed& seed) {
  const auto& [master, config_epoch, current_epoch, myid] = seed;
  return std::tie(master, config_epoch, current_epoch, myid);
}
/// There is a master, and the identity has hex digits only.
bool is_valid(const MonitorSeed& seed);

/// What the given settings want the configuration of a data node to say, but for passwords.
std::vector<Directive> node_directives(const Settings& settings);

/// What they want that of a sentinel to say, whatever its group, but for passwords. `starts`: it
/// begins to monitor one, and then says also where the defaults hold.
std::vector<Directive> sentinel_directives(const Settings& settings, bool starts);

/// The passwords that the given settings want in the configuration of a data node: they stand in
/// the file and nowhere else.
std::vector<Directive> node_secrets(const Settings& settings);

/// Makes a password of the default user hold, also where CONFIG REWRITE has left a line
/// `user default on #hash ...` behind, which would win.
void set_default_password(Conf& conf, const Secret& password);

/// Whether a sentinel with this configuration still has to find out whom to monitor: it does not
/// monitor the group that was asked for, or none at all.
bool lacks_monitor(const Settings& settings, const Conf& conf);

/// Error: a password that Sentinel would write back in a way it cannot read.
Result<Done> check_sentinel_password(const Settings& settings);

/// Writes into a sentinel's configuration what the given settings want; with a seed also the group,
/// with the defaults.
void shape_sentinel_conf(Conf& conf, const Settings& settings,
                         const std::optional<MonitorSeed>& seed);

}  // namespace dkr
