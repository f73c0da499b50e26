#pragma once

#include <string>

namespace dkr {

/// Where the server keeps its data.
struct Storage {
  std::string dir;
  std::string rdb;       ///< path of the RDB
  std::string aof;       ///< path of the AOF before Redis 7, from where Redis 7 takes it over
  std::string manifest;  ///< path of the AOF's manifest since Redis 7
  bool append_only = false;
};

}  // namespace dkr
