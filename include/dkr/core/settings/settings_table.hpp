#pragma once

#include <span>
#include <string>
#include <string_view>

#include "dkr/core/base/result.hpp"
#include "dkr/core/settings/settings.hpp"

namespace dkr {

/// What a setting is about. --help shows the settings by it.
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
  std::string_view format;                    ///< what the text may be; empty: one of the choices
  std::span<const std::string_view> choices;  ///< the words of a choice

  /// Reads a text into the member of Settings that this is the row of; relative paths count from
  /// `cwd`. False: the text is not accepted.
  bool (*read)(Settings& settings, std::string_view text, std::string_view cwd);
  /// Whether that member was given. No other row has the same.
  bool& (*given)(Settings& settings);
};

/// Every setting, in the order in which people read of them.
std::span<const SettingSpec> setting_specs();

/// The row of the setting with this `given`.
const SettingSpec& spec_of(Settings& settings, const bool& given);

/// The row of one setting: spec_of(&Settings::port).
template <class T>
const SettingSpec& spec_of(Setting<T> Settings::*member) {
  Settings settings;
  return spec_of(settings, (settings.*member).given);
}

/// The flag of a setting, from its name: REDIS_DATA_DIR -> --data-dir, LOG_LEVEL -> --log-level. A
/// secret has only one for the file it is in, REDIS_PASSWORD -> --password-file: everybody can read
/// a command line.
std::string flag_of(const SettingSpec& spec);

/// The variable that names the file a secret is in: REDIS_PASSWORD -> REDIS_PASSWORD_FILE.
std::string file_name_of(const SettingSpec& spec);

/// What a setting accepts, for messages, --help and the documents.
std::string accepted(const SettingSpec& spec);

/// How --help and the documents call a group of settings.
std::string_view title_of(SettingGroup group);

/// The error about a setting whose value cannot work.
Error refused(const SettingSpec& spec, const std::string& value, const std::string& why);

/// As above: refused(&Settings::data_dir, "/data", "not writable").
template <class T>
Error refused(Setting<T> Settings::*member, const std::string& value, const std::string& why) {
  return refused(spec_of(member), value, why);
}

}  // namespace dkr
