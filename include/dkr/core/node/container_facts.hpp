#pragma once

#include <optional>
#include <string>
#include <vector>

namespace dkr {

/// A user of the image and the groups it is in.
struct ServiceUser {
  std::string name;
  unsigned uid = 0;
  unsigned gid = 0;
  std::vector<unsigned> groups;
};

/// What the container looks like before anything is touched.
struct ContainerFacts {
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
};

}  // namespace dkr
