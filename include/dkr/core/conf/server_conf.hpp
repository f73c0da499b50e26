#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/base/result.hpp"
#include "dkr/core/conf/conf.hpp"
#include "dkr/core/conf/wanted_conf.hpp"
#include "dkr/core/node/state_note.hpp"
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

/// What holds for a server before its group has said anything: everything but its role and, of a
/// sentinel, whom it monitors.
struct ServerConf {
  bool sentinel = false;
  bool lacks_monitor = false;           ///< of a sentinel: it does not know yet whom to monitor
  ConfSource source;                    ///< as it was found
  std::string path;                     ///< the file the server is given
  std::vector<std::string> args;        ///< everything behind the path on the server's command line
  std::vector<Directive> asked;         ///< what the user's own arguments say
  std::vector<Directive> effective;     ///< what holds; the later one wins
  MinReplicas users_limits;             ///< without a fence
  std::optional<MinReplicas> unfenced;  ///< to be written, where the file has kept a fence
  std::map<std::string, std::vector<std::string>> included;  ///< texts, by the pattern of `include`
  std::vector<std::string> warnings;
};

/// The role that the configuration of a data node shall say.
struct ConfRole {
  enum class Kind { as_it_is, master, closed_master, replica };
  Kind kind = Kind::as_it_is;
  Endpoint master;  ///< of a replica
};

/// What the group has said that the configuration shall say.
struct ConfOrders {
  std::optional<MonitorSeed> monitor;  ///< of a sentinel that has to monitor the group from now on
  std::optional<ConfRole> role;        ///< of a data node that has asked its group
};

/// What the server is started with.
struct FinalConf {
  std::optional<std::string> text;  ///< to be written to the path; nothing: the file stays as it is
  bool unchanged = false;           ///< the text is what the file says already
  std::vector<std::string> args;    ///< everything behind the path on the server's command line
};

/// The file in the volume that is ours and the server's to rewrite: redis.conf or sentinel.conf.
std::string volume_conf_path(const Settings& settings, bool sentinel);

/// Our own note beside it.
std::string state_note_path(const Settings& settings);

/// Puts configuration, settings, overlay and arguments together. A file named on the command line
/// is not ours, so there settings become arguments. No secret and no role is ever an argument:
/// Redis writes its arguments into the file at CONFIG REWRITE. Each pattern of an `include` is read
/// once.
ServerConf make_server_conf(const Settings& settings, const ServerCommand& command,
                            const StateNote& note, ConfSource source, const IncludeReader& read);

/// Error: the overlay holds a directive that is ours, or a password or user cannot go where it has
/// to.
Result<Done> check_server_conf(const Settings& settings, const ServerConf& conf);

/// Error: the user's own arguments say a role, which would undo every promotion at the next start.
Result<Done> check_no_role(const ServerConf& conf);

/// Only settings that were given change the file, and only where it says something else. The text
/// of a sentinel is always to be written: Sentinel only warns when it cannot rewrite its file, and
/// then forgets its votes.
FinalConf finish_conf(const Settings& settings, const ServerConf& conf, const ConfOrders& orders);

}  // namespace dkr
