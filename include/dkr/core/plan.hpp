#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dkr/core/result.hpp"
#include "dkr/core/server_conf.hpp"
#include "dkr/core/settings.hpp"

namespace dkr {

/// A user of the image and the groups it is in.
struct ServiceUser {
  std::string name;
  unsigned uid = 0;
  unsigned gid = 0;
  std::vector<unsigned> groups;
};

/// What the container looks like before anything is touched.
struct LocalState {
  enum class Volume { missing, directory, other };
  enum class Rdb { missing, usable, damaged };

  bool root = false;
  bool can_become_user = false;             ///< CAP_SETUID and CAP_SETGID are there
  std::optional<ServiceUser> service_user;  ///< redis, else valkey
  unsigned umask = 0;
  Volume volume = Volume::missing;
  bool conf_is_mount = false;  ///< the configuration cannot be replaced by rename
  std::string server;          ///< absolute path of the server program
  Rdb rdb = Rdb::missing;
  std::string aof;  ///< path of the AOF: its manifest, or the file before Redis 7; empty: none
  bool unreadable = false;  ///< the server could not read the data
  StateNote note;
};

/// Whether the data is such that the server would not start with it, or would start empty and
/// overwrite it.
bool is_damaged(const LocalState& local, const Storage& storage);

/// A file to be written whole.
struct FileWrite {
  std::string path;
  std::string text;
  bool unchanged = false;  ///< written only to see that the server can do so too
};

/// An RDB that becomes the base of an AOF, because the server, told to use an AOF, would ignore it,
/// start empty and overwrite it at shutdown.
struct RdbAdoption {
  std::string rdb;
  std::string aof;
};

/// What the watcher beside the server has to know.
struct WatchPlan {
  enum class Kind {
    member,       ///< the role in the group is watched over
    independent,  ///< there is only the health endpoint to serve
    sentinel,
  };
  Kind kind = Kind::member;
  std::string group;
  Endpoint server;  ///< ours, as this container reaches it
  Storage storage;  ///< of a member
  std::optional<std::uint16_t> health_port;
};

/// Everything that happens up to the start of the server, decided before any of it happens.
struct Plan {
  std::string volume;
  bool create_volume = false;
  bool fix_owners = false;
  std::optional<ServiceUser> become;
  unsigned umask = 0;
  std::optional<FileWrite> conf;
  std::optional<FileWrite> note;      ///< our own
  std::optional<RoleDecision> role;   ///< of a data node that has looked at its group
  std::optional<Endpoint> monitored;  ///< by a sentinel from now on
  std::optional<RdbAdoption> adoption;
  std::optional<Storage> aside;    ///< damaged data that another node has whole
  std::optional<WatchPlan> watch;  ///< of a member, a sentinel, or one with a health endpoint
  /// The command by which the server's program checks the data that it will read. Source: main() in
  /// server.c, which goes by the name it is called by. Empty: there is no data.
  std::vector<std::string> data_check;
  std::string program;
  std::vector<std::string> argv;
  std::optional<std::string> given_conf;  ///< a configuration that is not ours, used as given
  std::chrono::milliseconds stop_timeout{};
  std::vector<std::string> warnings;
};

/// Decides the plan, or says which setting or part of the container stands against it.
Result<Plan> make_plan(const Settings& settings, const ServerConf& conf, const LocalState& local);

/// The plan for a person, a line each. Values of secret directives are not shown.
std::string describe(const Plan& plan);

}  // namespace dkr
