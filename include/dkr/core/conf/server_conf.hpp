#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/base/result.hpp"
#include "dkr/core/base/secret.hpp"
#include "dkr/core/conf/conf.hpp"
#include "dkr/core/conf/copied_conf.hpp"
#include "dkr/core/conf/wanted_conf.hpp"
#include "dkr/core/node/state_note.hpp"
#include "dkr/core/settings/command.hpp"
#include "dkr/core/settings/settings.hpp"

namespace dkr {

/// The configuration file as it was found.
struct ConfSource {
  enum class Home {
    volume,    ///< in the volume, where Redis rewrites it
    fallback,  ///< the volume has none; this one is copied into it
    given,     ///< named on the command line and used in place
  };
  Home home = Home::volume;
  std::string path;  ///< where the text was read from
  std::string text;
  bool unread = false;                  ///< what it says is not known: we cannot read it
  std::optional<NamedConf> named = {};  ///< volume: the one that the copy there may be of
};

/// The configuration of a server before its group is asked: everything but its role and, for a
/// sentinel, the master that it monitors.
struct ServerConf {
  bool sentinel = false;
  bool lacks_monitor = false;           ///< sentinel only: it has no master to monitor yet
  std::vector<Directive> scripts = {};  ///< sentinel only: of groups that it may monitor
  ConfSource source;                    ///< as it was found
  std::string path;                     ///< configuration file that the server is started with
  std::vector<std::string> args;        ///< the server's command line after the path
  std::vector<Directive> asked;         ///< directives in the user's own arguments
  std::vector<Directive> effective;     ///< all directives in effect; later ones win
  std::optional<std::vector<Directive>> acl_file;  ///< its lines, if there is an aclfile
  std::optional<Secret> protects_default;  ///< password that an open `user default` line gets
  MinReplicas users_limits;                ///< the user's own limits, without a fence
  std::optional<MinReplicas> unfenced;     ///< to be written if the file still has a fence
  int users_priority = 0;                  ///< the user's own replica-priority
  bool zeroed = false;                     ///< 0 is in its place, as the note tells
  std::map<std::string, std::vector<std::string>> included;  ///< texts by `include` pattern
  std::vector<std::string> warnings;
};

/// The role to write into the configuration of a data node.
struct ConfRole {
  enum class Kind { as_it_is, master, closed_master, replica };
  Kind kind = Kind::as_it_is;
  Endpoint master;        ///< whom a replica follows
  bool is_empty = false;  ///< it has no data yet, and is not to be promoted
};

/// What the group's answers change in the configuration.
struct ConfOrders {
  std::optional<MonitorSeed> monitor;  ///< for a sentinel that starts to monitor the group
  std::optional<ConfRole> role;        ///< for a data node that has asked its group
  bool new_identity = false;           ///< for a sentinel whose identity is another's
};

/// The configuration that the server is started with.
struct FinalConf {
  std::optional<std::string> text;  ///< to be written to the path; unset: the file stays as it is
  bool unchanged = false;           ///< the file already has this text
  std::vector<std::string> args;    ///< the server's command line after the path
};

/// Returns the path of the configuration that we and the server rewrite in the volume: redis.conf
/// or sentinel.conf.
std::string volume_conf_path(const Settings& settings, bool sentinel);

/// Returns the path of the note, which is in the same directory.
std::string state_note_path(const Settings& settings);

/// Returns a reader of the includes that were read for this configuration.
IncludeReader reader_of(const ServerConf& conf);

/// Returns REDIS_OVERRIDES_FILE, if it was given.
std::optional<std::string> overlay_of(const Settings& settings);

/// Combines configuration, settings, overlay and arguments. A file named on the command line is not
/// ours, so settings become arguments there. Secrets and roles never do, because CONFIG REWRITE
/// writes arguments into the file. Reads each `include` pattern once.
ServerConf make_server_conf(const Settings& settings, const ServerCommand& command,
                            const StateNote& note, ConfSource source, const IncludeReader& read);

/// Returns what to start the server with. Only given settings change the file, and only where it
/// differs. A sentinel's file is always written: Sentinel only warns if it cannot rewrite its file,
/// and then forgets its votes.
FinalConf finish_conf(const Settings& settings, const ServerConf& conf, const ConfOrders& orders);

}  // namespace dkr
