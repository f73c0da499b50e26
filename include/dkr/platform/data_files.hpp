#pragma once

#include <string>
#include <vector>

#include "dkr/core/base/result.hpp"
#include "dkr/core/node/storage.hpp"

namespace dkr {

/// Returns the files of an AOF of either format, whether or not they exist.
Result<std::vector<std::string>> aof_files(const Storage& storage);

/// Links or copies the server's data files into a new folder beside them, where a resync does not
/// reach them. Returns the folder.
Result<std::string> keep_aside(const Storage& storage);

/// Data that was kept before another history replaced it.
struct KeptData {
  std::string folder;
  bool before = false;  ///< it was there already, and is older data
};

/// Keeps the data files in the folder aside-replaced, unless that exists: what was replaced first
/// has the most. Error: also if there is not enough free space.
Result<KeptData> keep_replaced(const Storage& storage);

/// Moves the data files into such a folder instead, whatever state they are in. Returns the folder.
Result<std::string> move_aside(const Storage& storage);

/// Links or copies only the RDB into such a folder. Returns the folder.
Result<std::string> keep_rdb_aside(const Storage& storage);

/// Returns the folder of an AOF since Redis 7.
std::string aof_folder(const Storage& storage);

/// Moves only the AOF into such a folder, of either format. Returns the folder.
Result<std::string> move_aof_aside(const Storage& storage);

/// Moves it back, where there is none, and removes the folder. False if that fails.
bool move_aof_back(const Storage& storage, const std::string& folder);

}  // namespace dkr
