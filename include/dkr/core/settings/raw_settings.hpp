#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "dkr/core/base/result.hpp"
#include "dkr/core/settings/settings.hpp"
#include "dkr/core/settings/settings_table.hpp"

namespace dkr {

/// Where the text of a setting comes from; a flag wins over the environment.
enum class Origin { environment, flag };

struct RawSetting {
  std::string text;
  Origin origin = Origin::environment;
  std::string file = {};  ///< file that holds a secret, to be read before parsing
  bool injected = false;  ///< Kubernetes set it in every pod; nobody asked for it
};

/// The texts of the given settings, by row.
using RawSettings = std::map<const SettingSpec*, RawSetting>;

/// Settings, and warnings for a person.
struct ParsedSettings {
  Settings settings;
  std::vector<std::string> warnings;
};

/// Takes the text of a secret's file, without the line ends that editors add. Returns an error if
/// the secret was given in another way, too, and differs.
Result<Done> take_secret(const SettingSpec& spec, RawSetting& setting, std::string text);

/// Parses and checks every setting. Relative paths start at `cwd`. An error names the setting, its
/// value (unless that may be secret) and what is accepted; its status is ExitStatus::usage for a
/// flag, ExitStatus::config for the environment. LOG_LEVEL and LOG_FORMAT in the environment only
/// cause warnings: they are often set for a whole cluster.
Result<ParsedSettings> parse_settings(const RawSettings& raw, std::string_view cwd);

/// Returns the given settings and where they come from, in one line without possible secrets.
std::string describe(const RawSettings& raw);

}  // namespace dkr
