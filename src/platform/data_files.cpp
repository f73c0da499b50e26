#include "dkr/platform/data_files.hpp"

#include <sys/stat.h>
#include <sys/statvfs.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <vector>

#include "dkr/core/node/rdb.hpp"
#include "dkr/platform/atomic_file.hpp"
#include "dkr/platform/volume.hpp"

namespace dkr {
namespace {

constexpr mode_t private_folder = 0700;

std::string folder_of(const std::string& path) {
  return path.substr(0, path.rfind('/') + 1);
}

Error os_error(const std::string& path) {
  return {ExitStatus::os, path + ": " + std::strerror(errno)};
}

/// Makes a new folder beside the data.
Result<std::string> make_aside(const Storage& storage) {
  std::string folder = storage.dir + "/aside-" + std::to_string(::time(nullptr));
  if (::mkdir(folder.c_str(), private_folder) != 0) {
    return os_error(folder);
  }
  return folder;
}

/// Moves what there is of these into a new folder beside the data.
Result<std::string> move_into_new_folder(const Storage& storage,
                                         const std::vector<std::string>& paths) {
  auto folder = make_aside(storage);
  if (!folder) {
    return folder;
  }
  for (const std::string& path : paths) {
    const std::string to = *folder + path.substr(path.rfind('/'));
    if (::rename(path.c_str(), to.c_str()) != 0 && errno != ENOENT) {
      return os_error(path);
    }
  }
  return folder;
}

/// An error if there is less free space than the data take: a resync needs as much again.
Result<Done> has_room(const Storage& storage) {
  auto files = aof_files(storage);
  if (!files) {
    return files.error();
  }
  files->push_back(storage.rdb);
  unsigned long long size = 0;
  for (const std::string& file : *files) {
    struct stat facts = {};
    size += ::stat(file.c_str(), &facts) == 0 ? static_cast<unsigned long long>(facts.st_size) : 0;
  }
  struct statvfs room = {};
  if (::statvfs(storage.dir.c_str(), &room) != 0) {
    return os_error(storage.dir);
  }
  const bool known = room.f_blocks != 0;  // some network file systems do not tell
  if (known && room.f_bavail * room.f_frsize < size) {
    return Error{ExitStatus::os, storage.dir + " has less free space than the data take"};
  }
  return Done{};
}

}  // namespace

Result<std::vector<std::string>> aof_files(const Storage& storage) {
  std::vector<std::string> files{storage.aof};
  auto manifest = read_file(storage.manifest, Links::refused);
  if (!manifest) {
    return manifest.error();
  }
  for (const std::string& name : files_of_manifest(manifest->value_or(""))) {
    files.push_back(folder_of(storage.manifest) + name);
  }
  return files;
}

Result<std::string> keep_aside(const Storage& storage) {
  auto files = aof_files(storage);
  auto folder = files ? make_aside(storage) : Result<std::string>(files.error());
  if (!folder) {
    return folder;
  }
  files->insert(files->end(), {storage.rdb, storage.manifest});
  for (const std::string& file : *files) {
    const auto there = exists(file);
    if (!there) {
      return there.error();
    }
    const std::string to = *folder + file.substr(file.rfind('/'));
    if (auto kept = *there ? link_or_copy(file, to) : Result<Done>(Done{}); !kept) {
      return kept.error();
    }
  }
  return folder;
}

Result<KeptData> keep_replaced(const Storage& storage) {
  const std::string last = storage.dir + "/aside-replaced";
  const auto there = exists(last);
  if (!there || *there) {
    return there ? Result<KeptData>(KeptData{last, true}) : there.error();
  }
  if (const auto room = has_room(storage); !room) {
    return room.error();
  }
  const auto folder = keep_aside(storage);
  if (!folder) {
    return folder.error();
  }
  return ::rename(folder->c_str(), last.c_str()) == 0 ? Result<KeptData>(KeptData{last, false})
                                                      : os_error(last);
}

std::string aof_folder(const Storage& storage) {
  return storage.manifest.substr(0, storage.manifest.rfind('/'));
}

Result<std::string> keep_rdb_aside(const Storage& storage) {
  auto folder = make_aside(storage);
  const std::string name = storage.rdb.substr(storage.rdb.rfind('/'));
  const auto kept = folder ? link_or_copy(storage.rdb, *folder + name) : Result<Done>(Done{});
  return kept ? folder : kept.error();
}

Result<std::string> move_aside(const Storage& storage) {
  return move_into_new_folder(storage, {aof_folder(storage), storage.aof, storage.rdb});
}

Result<std::string> move_aof_aside(const Storage& storage) {
  return move_into_new_folder(storage, {aof_folder(storage), storage.aof});
}

bool move_aof_back(const Storage& storage, const std::string& folder) {
  for (const std::string& path : {aof_folder(storage), storage.aof}) {
    const std::string from = folder + path.substr(path.rfind('/'));
    if (::rename(from.c_str(), path.c_str()) != 0 && errno != ENOENT) {
      return false;
    }
  }
  return ::rmdir(folder.c_str()) == 0;
}

}  // namespace dkr
