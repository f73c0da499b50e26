#include "dkr/app/data_files.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <ctime>
#include <vector>

#include "dkr/core/rdb.hpp"
#include "dkr/platform/atomic_file.hpp"
#include "dkr/platform/data_dir.hpp"

namespace dkr {
namespace {

constexpr mode_t private_folder = 0700;

std::string folder_of(const std::string& path) {
  return path.substr(0, path.rfind('/') + 1);
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
  if (!files) {
    return files.error();
  }
  files->insert(files->end(), {storage.rdb, storage.manifest});
  std::string folder = storage.dir + "/aside-" + std::to_string(::time(nullptr));
  if (::mkdir(folder.c_str(), private_folder) != 0) {
    return Error{ExitCode::os, folder + ": " + std::strerror(errno)};
  }
  for (const std::string& file : *files) {
    const auto there = exists(file);
    if (!there) {
      return there.error();
    }
    const std::string to = folder + file.substr(file.rfind('/'));
    if (auto kept = *there ? link_or_copy(file, to) : Result<Done>(Done{}); !kept) {
      return kept.error();
    }
  }
  return folder;
}

}  // namespace dkr
