#pragma once

#include <optional>
#include <string>
#include <vector>

#include "dkr/core/base/result.hpp"
#include "dkr/core/conf/conf.hpp"
#include "dkr/core/conf/wanted_conf.hpp"
#include "dkr/core/decide/sentinel_master.hpp"
#include "dkr/core/decide/start_role.hpp"
#include "dkr/core/settings/command.hpp"
#include "dkr/core/settings/settings.hpp"

namespace dkr {

/// The configuration as it was found.
struct ConfSource {
  enum class Home {
    volume,    ///< in the volume, where Redis rewrites it
    fallback,  ///< the volume has none: this is copied into it
    given,     ///< named on the command line, used where it is
  };
  Home home = Home::volume;
  std::string path;  ///< where the text was read
  std::string text;
};

/// What a look at the group has found for this start.
struct Findings {
  std::optional<MonitorSeed> monitor;  ///< of a sentinel that has to monitor the group from now on
  std::optional<RoleDecision> role;    ///< of a data node
  StateNote note = {};                 ///< what the volume remembers
};

/// The configuration that the server shall start with.
struct ServerConf {
  bool sentinel = false;
  ConfSource::Home home = ConfSource::Home::volume;
  std::string path;                  ///< the file the server is given
  std::optional<std::string> text;   ///< to be written there; nothing: the file stays as it is
  bool unchanged = false;            ///< the text is what the file says already
  std::vector<std::string> args;     ///< everything behind the path on the server's command line
  std::vector<Directive> effective;  ///< what holds, in the order in which the server reads it
  Findings findings;                 ///< what it was made with
  MinReplicas users_limits;          ///< without a fence
  std::vector<std::string> warnings;
};

/// The file in the volume that is ours and the server's to rewrite: redis.conf or sentinel.conf.
std::string volume_conf_path(const Settings& settings, bool sentinel);

/// Our own note beside it.
std::string state_note_path(const Settings& settings);

/// Puts configuration, settings, overlay and arguments together. Only settings that were given
/// change the file, and only where it says something else; a file named on the command line is not
/// ours, so there they become arguments. No secret and no role is ever an argument: Redis writes
/// its arguments into the file at CONFIG REWRITE. What was found is part of the file. The text of a
/// sentinel is always to be written: Sentinel only warns when it cannot rewrite its file, and then
/// forgets its votes. Error: the overlay holds a directive that is ours, or a password cannot go
/// where it has to.
Result<ServerConf> make_server_conf(const Settings& settings, const ServerCommand& command,
                                    const ConfSource& source, const Findings& findings,
                                    const IncludeReader& read);

}  // namespace dkr
