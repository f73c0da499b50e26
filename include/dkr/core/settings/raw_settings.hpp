#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "dkr/core/base/result.hpp"
#include "dkr/core/settings/settings.hpp"
#include "dkr/core/settings/settings_table.hpp"

namespace dkr {

/// Who gave the text of a setting; a flag wins over the environment.
enum class Origin { environment, flag };

struct RawSetting {
  std::string text;
  Origin origin = Origin::environment;
  std::string file = {};  ///< of a secret: the file that holds it, to be read before parsing
  bool injected = false;  ///< not asked for: Kubernetes tells it everybody
};

/// The texts of the settings that were given, by their rows.
using RawSettings = std::map<const SettingSpec*, RawSetting>;

/// Settings, and what a person should be warned of.
struct ParsedSettings {
  Settings settings;
  std::vector<std::string> warnings;
};

/// Checks every setting. Relative paths count from `cwd`. The error names the setting, its value
/// (unless that may be secret) and what is accepted, and is ExitStatus::usage for a flag,
/// ExitStatus::config for the environment. LOG_LEVEL and LOG_FORMAT in the environment only warn:
/// they are often set for a whole cluster.
Result<ParsedSettings> parse_settings(const RawSettings& raw, std::string_view cwd);

/// Which settings were given, and by whom, in one line; no text that may hold a secret.
std::string describe(const RawSettings& raw);

}  // namespace dkr
