#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "dkr/core/settings/command.hpp"
#include "dkr/core/settings/settings.hpp"

namespace dkr {

/// A configuration that somebody named or put where it is looked for, and that is not used in
/// place.
struct NamedConf {
  std::string path;
  std::optional<std::string> text;  ///< unset: it cannot be read
  bool by_hand = true;              ///< named, not only found at its usual place
};

/// Returns a configuration with a first line that says of which file, and of which text there, it
/// is a copy.
std::string marked_copy(std::string_view text, const std::string& path, std::string_view original);

/// Returns a line for a person about a file that is not in force, because a copy in the volume is:
/// empty if that was made of this text, or if nobody has named the file.
std::string passed_over(const NamedConf& named, const std::string& copy, std::string_view text);

/// Returns a line for a person if REDIS_CONF was given and does not count beside this command;
/// empty if it does.
std::string unused_setting(const Settings& settings, const ServerCommand& command);

}  // namespace dkr
