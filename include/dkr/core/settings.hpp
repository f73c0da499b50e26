#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dkr/core/result.hpp"

namespace dkr {

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
  log_level,
  log_format,
};

/// How the text of a setting is read.
enum class SettingKind { port, path, words, milliseconds, toggle, log_level, log_format };

/// One row of the table that parser, --help and README are made of.
struct SettingSpec {
  SettingId id;
  SettingKind kind;
  std::string_view name;      ///< of the environment variable
  std::string_view fallback;  ///< text of the default; empty: unset
  std::string_view meaning;   ///< one line for a person
  std::string_view since;     ///< first server version that it works with
};

/// Every setting, in the order in which people read of them.
std::span<const SettingSpec> setting_specs();

/// The row of one setting.
const SettingSpec& spec_of(SettingId id);

/// The flag of a setting, from its name: REDIS_DATA_DIR -> --data-dir, LOG_LEVEL -> --log-level.
std::string flag_of(const SettingSpec& spec);

/// What a kind accepts, for messages, --help and README.
std::string_view accepted(SettingKind kind);

/// The README's table of settings, one Markdown row a setting.
std::string settings_markdown();

enum class LogLevel { trace, debug, info, warn, error, critical, off };
enum class LogFormat { text, json };

/// A value and whether somebody asked for it: what was not given never changes a file.
template <class T>
struct Setting {
  T value{};
  bool given = false;
};

/// All settings, checked.
struct Settings {
  Setting<std::uint16_t> port;
  Setting<std::string> data_dir;
  Setting<std::string> conf;
  Setting<std::string> overrides_file;
  std::vector<std::string> server_args;  ///< REDIS_SERVER_ARGS, then REDIS_EXTRA_FLAGS
  std::chrono::milliseconds stop_timeout{};
  bool skip_fix_perms = false;
  bool skip_drop_privs = false;
  LogLevel log_level = LogLevel::info;
  LogFormat log_format = LogFormat::text;
};

/// Who gave the text of a setting; a flag wins over the environment.
enum class Origin { environment, flag };

struct RawSetting {
  std::string text;
  Origin origin = Origin::environment;
};

using RawSettings = std::map<SettingId, RawSetting>;

/// Settings, and what a person should be warned of.
struct ParsedSettings {
  Settings settings;
  std::vector<std::string> warnings;
};

/// Checks every setting. Relative paths count from `cwd`. The error names the setting, its value
/// and what is accepted, and is ExitCode::usage for a flag, ExitCode::config for the environment.
/// LOG_LEVEL and LOG_FORMAT in the environment only warn: they are often set for a whole cluster.
Result<ParsedSettings> parse_settings(const RawSettings& raw, std::string_view cwd);

/// True unless the text is empty, 0, false, no or off (in any case).
bool is_on(std::string_view text);

/// A path made absolute by the working directory; nothing else about it changes.
std::string absolute_path(std::string_view path, std::string_view cwd);

}  // namespace dkr
