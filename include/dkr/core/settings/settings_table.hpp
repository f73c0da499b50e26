#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/base/result.hpp"
#include "dkr/core/base/secret.hpp"
#include "dkr/core/settings/choices.hpp"

namespace dkr {

struct Settings;

/// A value and whether somebody asked for it: what was not given never changes a file.
template <class T>
struct Setting {
  T value{};
  bool given = false;
};

/// The member of Settings that a setting is kept in.
using Place = std::variant<
    Setting<std::uint16_t> Settings::*, Setting<int> Settings::*, Setting<std::string> Settings::*,
    Setting<bool> Settings::*, Setting<std::chrono::milliseconds> Settings::*,
    Setting<std::vector<std::string>> Settings::*, Setting<std::vector<Endpoint>> Settings::*,
    Setting<Secret> Settings::*, Setting<long long> Settings::*, Setting<OnCrash> Settings::*,
    Setting<LogLevel> Settings::*, Setting<LogFormat> Settings::*>;

enum class SettingId {
  port,
  data_dir,
  conf,
  overrides_file,
  server_args,
  extra_flags,
  stop_timeout_ms,
  skip_fix_perms,
  skip_drop_privs,
  sentinel,
  sentinel_host,
  sentinel_service_port,
  group,
  quorum,
  down_after_ms,
  failover_timeout,
  parallel_syncs,
  info_period_ms,
  master_host,
  master_port,
  peers,
  sentinel_port,
  announce_host,
  announce_port,
  boot_timeout_ms,
  join,
  peer_wait_ms,
  sentinel_wait_ms,
  accept_data_loss,
  fence,
  fence_after_ms,
  on_crash,
  health_port,
  live_timeout_ms,
  ready_max_lag,
  username,
  password,
  master_password,
  sentinel_password,
  tls_cert_file,
  tls_key_file,
  tls_ca_file,
  log_level,
  log_format,
};

/// How the text of a setting is read.
enum class SettingKind {
  port,
  count,
  path,
  words,
  milliseconds,
  patience,  ///< milliseconds, 0 for ever
  bytes,
  toggle,
  join,  ///< on for "force"
  name,
  host,
  hosts,
  secret,
  on_crash,
  log_level,
  log_format,
};

/// One row of the table that parser, --help and README are made of.
struct SettingSpec {
  SettingId id;
  SettingKind kind;
  std::string_view name;      ///< of the environment variable
  std::string_view fallback;  ///< text of the default; empty: unset
  std::string_view meaning;   ///< one line for a person
  std::string_view since;     ///< first server version that it works with
  Place place;
};

/// Every setting, in the order in which people read of them.
std::span<const SettingSpec> setting_specs();

/// The row of one setting.
const SettingSpec& spec_of(SettingId id);

/// The flag of a setting, from its name: REDIS_DATA_DIR -> --data-dir, LOG_LEVEL -> --log-level. A
/// secret has only one for the file it is in, REDIS_PASSWORD -> --password-file: everybody can read
/// a command line.
std::string flag_of(const SettingSpec& spec);

/// The variable that names the file a secret is in: REDIS_PASSWORD -> REDIS_PASSWORD_FILE.
std::string file_name_of(const SettingSpec& spec);

/// The error about a setting whose value cannot work.
Error refused(SettingId id, const std::string& value, const std::string& why);

/// What a kind accepts, for messages, --help and README.
std::string_view accepted(SettingKind kind);

/// The README's table of settings, one Markdown row a setting.
std::string settings_markdown();

}  // namespace dkr
