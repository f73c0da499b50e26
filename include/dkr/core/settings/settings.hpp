#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/base/secret.hpp"
#include "dkr/core/settings/choices.hpp"

namespace dkr {

/// A value, and whether it was given. A setting that was not given never changes a file.
template <class T>
struct Setting {
  T value{};
  bool given = false;
};

/// All settings, checked. Each member has a row in settings_table.cpp that says what it means.
struct Settings {
  Setting<std::uint16_t> port;
  Setting<std::string> data_dir;
  Setting<std::string> conf;
  Setting<std::string> overrides_file;
  Setting<std::vector<std::string>> server_args;
  Setting<std::vector<std::string>> extra_flags;
  Setting<std::chrono::milliseconds> stop_timeout;
  Setting<bool> skip_fix_perms;
  Setting<bool> skip_drop_privs;
  Setting<bool> sentinel;
  /// Port 0: sentinel_service_port. Not "given" if Kubernetes set it in every pod of the namespace.
  Setting<std::vector<Endpoint>> sentinel_hosts;
  Setting<std::uint16_t> sentinel_service_port;
  Setting<std::string> group;
  Setting<std::string> groups_file;  ///< also "given" if it is at its usual place
  Setting<int> quorum;
  Setting<std::chrono::milliseconds> down_after;
  Setting<std::chrono::milliseconds> failover_timeout;
  Setting<int> parallel_syncs;
  Setting<std::chrono::milliseconds> info_period;
  Setting<std::string> master_host;
  Setting<std::uint16_t> master_port;
  Setting<std::vector<Endpoint>> peers;  ///< port 0: that of a data node
  Setting<std::uint16_t> sentinel_port;
  Setting<std::string> announce_host;
  Setting<std::uint16_t> announce_port;
  Setting<std::chrono::milliseconds> boot_timeout;  ///< 0: no limit
  Setting<std::chrono::milliseconds> prune_after;   ///< 0: never
  Setting<bool> join_force;
  Setting<std::chrono::milliseconds> peer_wait;
  Setting<std::chrono::milliseconds> sentinel_wait;
  Setting<bool> accept_data_loss;
  Setting<bool> fence;
  Setting<std::chrono::milliseconds> fence_after;
  Setting<OnCrash> on_crash;
  Setting<std::uint16_t> health_port;
  Setting<std::chrono::milliseconds> live_timeout;
  Setting<long long> ready_max_lag;
  Setting<std::string> username;
  Setting<Secret> password;
  Setting<Secret> master_password;
  Setting<Secret> sentinel_password;
  Setting<std::string> tls_cert_file;
  Setting<std::string> tls_key_file;
  Setting<std::string> tls_ca_file;
  Setting<LogLevel> log_level;
  Setting<LogFormat> log_format;
};

/// Returns REDIS_SERVER_ARGS, then REDIS_EXTRA_FLAGS.
std::vector<std::string> extra_arguments(const Settings& settings);

/// True if REDIS_ANNOUNCE_HOST is a name, so that the group uses host names.
bool announces_name(const Settings& settings);

/// Returns where to look for sentinels or for the group's data nodes; names are not looked up yet.
std::vector<Endpoint> sentinel_seeds(const Settings& settings);
std::vector<Endpoint> peer_seeds(const Settings& settings);
/// Returns REDIS_MASTER_HOST and its port; nullopt if it was not given.
std::optional<Endpoint> master_seed(const Settings& settings);

/// Returns the password for data nodes: REDIS_MASTER_PASSWORD, or else REDIS_PASSWORD, whose value
/// is what the configuration tells if neither was given.
const Secret& node_password(const Settings& settings);
/// True if one of the two was given and is not empty.
bool gives_password(const Settings& settings);

/// True unless the text is empty, 0, false, no or off (in any case).
bool is_on(std::string_view text);

/// Returns the path made absolute by `cwd`, and otherwise unchanged.
std::string absolute_path(std::string_view path, std::string_view cwd);

}  // namespace dkr
