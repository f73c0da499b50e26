#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dkr/core/base/result.hpp"
#include "dkr/core/settings/settings_table.hpp"

namespace dkr {

/// All settings, checked. The table in setting_specs says what they mean.
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
  /// Port 0: that of the service. Not "given" when Kubernetes told every pod of the namespace.
  Setting<std::vector<Endpoint>> sentinel_hosts;
  Setting<std::uint16_t> sentinel_service_port;
  Setting<std::string> group;
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
  Setting<std::chrono::milliseconds> boot_timeout;  ///< 0: for ever
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

/// REDIS_SERVER_ARGS, then REDIS_EXTRA_FLAGS.
std::vector<std::string> extra_arguments(const Settings& settings);

/// Whether REDIS_ANNOUNCE_HOST is a name, so that the group goes by host names.
bool announces_name(const Settings& settings);

/// Where to look for sentinels, and for the group's data nodes; names are not looked up yet.
std::vector<Endpoint> sentinel_seeds(const Settings& settings);
std::vector<Endpoint> peer_seeds(const Settings& settings);
/// REDIS_MASTER_HOST and its port.
std::optional<Endpoint> master_seed(const Settings& settings);

/// The password towards data nodes: REDIS_MASTER_PASSWORD, else REDIS_PASSWORD.
const Secret& node_password(const Settings& settings);

/// Who gave the text of a setting; a flag wins over the environment.
enum class Origin { environment, flag };

struct RawSetting {
  std::string text;
  Origin origin = Origin::environment;
  std::string file = {};  ///< of a secret: the file that holds it, to be read before parsing
  bool injected = false;  ///< not asked for: Kubernetes tells it everybody
};

using RawSettings = std::map<SettingId, RawSetting>;

/// Settings, and what a person should be warned of.
struct ParsedSettings {
  Settings settings;
  std::vector<std::string> warnings;
};

/// Checks every setting. Relative paths count from `cwd`. The error names the setting, its value
/// (unless that may be secret) and what is accepted, and is ExitCode::usage for a flag,
/// ExitCode::config for the environment. LOG_LEVEL and LOG_FORMAT in the environment only warn:
/// they are often set for a whole cluster.
Result<ParsedSettings> parse_settings(const RawSettings& raw, std::string_view cwd);

/// True unless the text is empty, 0, false, no or off (in any case).
bool is_on(std::string_view text);

/// A path made absolute by the working directory; nothing else about it changes.
std::string absolute_path(std::string_view path, std::string_view cwd);

}  // namespace dkr
