#pragma once

#include <span>
#include <string>
#include <string_view>

#include "dkr/core/base/result.hpp"
#include "dkr/core/settings/settings.hpp"

namespace dkr {

/// What a setting is about; --help groups the settings by it.
enum class SettingGroup { server, group, sentinel, safety, health, security, logging };

/// How a setting is given, shown and completed.
enum class SettingKind {
  value,
  port,  ///< Kubernetes may set a variable of this name to the address of a service
  path,
  toggle,  ///< a flag without a value
  choice,  ///< one of a few words
  words,   ///< arguments that may hold a password: never shown
  secret,  ///< never shown; a flag names the file that holds it
};

/// One row of the table that the parser, --help, the completion and the documents are made from.
struct SettingSpec {
  SettingGroup group;
  SettingKind kind;
  std::string_view name;                      ///< of the environment variable
  std::string_view fallback;                  ///< text of the default; empty: unset
  std::string_view meaning;                   ///< a sentence for a person
  std::string_view since;                     ///< first server version that it works with
  std::string_view format;                    ///< accepted text; empty: one of the choices
  std::span<const std::string_view> choices;  ///< the words of a choice

  /// Parses a text into this row's member of Settings; relative paths start at `cwd`. Returns false
  /// if the text is not accepted.
  bool (*read)(Settings& settings, std::string_view text, std::string_view cwd);
  /// Returns the `given` flag of that member. No other row has the same.
  bool& (*given)(Settings& settings);
};

/// Returns every setting, in the order in which they are shown.
std::span<const SettingSpec> setting_specs();

/// Returns the row of the setting with this `given`.
const SettingSpec& spec_of(Settings& settings, const bool& given);

/// Returns the row of one setting: spec_of(&Settings::port).
template <class T>
const SettingSpec& spec_of(Setting<T> Settings::*member) {
  Settings settings;
  return spec_of(settings, (settings.*member).given);
}

/// Returns the flag of a setting: REDIS_DATA_DIR -> --data-dir, LOG_LEVEL -> --log-level. A secret
/// only has one for its file, REDIS_PASSWORD -> --password-file: everybody can read a command line.
std::string flag_of(const SettingSpec& spec);

/// Returns the variable that names the file of a secret: REDIS_PASSWORD -> REDIS_PASSWORD_FILE.
std::string file_name_of(const SettingSpec& spec);

/// Returns what a setting accepts, for messages, --help and the documents.
std::string accepted(const SettingSpec& spec);

/// Returns the title of a group of settings in --help and the documents.
std::string_view title_of(SettingGroup group);

/// Returns the error for a setting whose value cannot work.
Error refused(const SettingSpec& spec, const std::string& value, const std::string& why);

/// As above: refused(&Settings::data_dir, "/data", "not writable").
template <class T>
Error refused(Setting<T> Settings::*member, const std::string& value, const std::string& why) {
  return refused(spec_of(member), value, why);
}

/// True for what Sentinel accepts as a master name. Source: sentinel.conf of Redis.
bool is_group_name(std::string_view name);

}  // namespace dkr
