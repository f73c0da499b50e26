#include "dkr/platform/adoption.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <vector>

#include "dkr/platform/atomic_file.hpp"
#include "dkr/platform/data_files.hpp"

namespace dkr {
namespace {

/// Returns the files of the AOF that exist.
std::vector<std::string> present_files(const Storage& storage) {
  auto files = aof_files(storage);
  if (!files) {
    return {};
  }
  std::erase_if(*files, [](const std::string& path) { return ::access(path.c_str(), F_OK) != 0; });
  return std::move(*files);
}

bool is_adopted(const Adopted& adopted, const std::string& path) {
  struct stat file {};
  return ::stat(path.c_str(), &file) == 0 && file.st_dev == adopted.device &&
         file.st_ino == adopted.inode && file.st_size == adopted.size;
}

}  // namespace

Result<Adopted> adopt_rdb(const Storage& storage, bool over_aof) {
  Adopted adopted;
  adopted.storage = storage;
  if (over_aof) {
    auto aside = move_aof_aside(storage);
    if (!aside) {
      return aside.error();
    }
    adopted.aside = std::move(*aside);
  }
  if (auto linked = link_or_copy(storage.rdb, storage.aof); !linked) {
    return linked.error();
  }
  struct stat file {};
  if (::stat(storage.aof.c_str(), &file) != 0) {
    return Error{ExitStatus::os, storage.aof + ": " + std::strerror(errno)};
  }
  adopted.device = file.st_dev;
  adopted.inode = file.st_ino;
  adopted.size = file.st_size;
  return adopted;
}

bool withdraw(const Adopted& adopted) {
  const std::vector<std::string> files = present_files(adopted.storage);
  const bool untouched = std::all_of(files.begin(), files.end(), [&](const std::string& path) {
    return is_adopted(adopted, path);
  });
  if (files.empty() || !untouched) {
    return false;
  }
  ::unlink(adopted.storage.manifest.c_str());
  for (const std::string& path : files) {
    ::unlink(path.c_str());
  }
  ::rmdir(aof_folder(adopted.storage).c_str());
  return adopted.aside.empty() || move_aof_back(adopted.storage, adopted.aside);
}

void mark_as_written(const Storage& storage) {
  for (const std::string& path : present_files(storage)) {
    ::utimensat(AT_FDCWD, path.c_str(), nullptr, AT_SYMLINK_NOFOLLOW);
  }
}

}  // namespace dkr
