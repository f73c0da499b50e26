#pragma once

#include <optional>
#include <string>
#include <vector>

#include "dkr/core/node/rdb.hpp"

namespace dkr {

/// A user of the image, and its groups.
struct ServiceUser {
  std::string name;
  unsigned uid = 0;
  unsigned gid = 0;
  std::vector<unsigned> groups;
};

/// Data that a newer server wrote.
struct NewerFormat {
  std::string file;
  std::string version;  ///< of its RDB format
  int reads = 0;        ///< the newest version that the server here reads
};

/// The container before anything is changed.
struct ContainerFacts {
  enum class Volume { missing, directory, other };
  enum class Rdb { missing, usable, damaged };

  bool root = false;
  bool can_become_user = false;             ///< we have CAP_SETUID and CAP_SETGID
  std::optional<ServiceUser> service_user;  ///< redis, else valkey
  unsigned umask = 0;
  Volume volume = Volume::missing;
  bool conf_is_mount = false;  ///< the configuration cannot be replaced by rename
  std::string server;          ///< absolute path of the server program
  Rdb rdb = Rdb::missing;
  std::string aof;  ///< the AOF's manifest, or the file before Redis 7; empty: none
  LaterRdb later_rdb = LaterRdb::no;      ///< if there is an AOF that is to be used
  bool unreadable = false;                ///< the server could not read the data
  std::optional<NewerFormat> newer = {};  ///< if the server here cannot know the format
  std::string certificate_flaw = {};      ///< why no server lets its owner in; empty: they do
  std::string boot = {};  ///< this boot of the machine, members only; empty: unknown
};

}  // namespace dkr
