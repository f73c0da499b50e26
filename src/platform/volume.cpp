#include "dkr/platform/volume.hpp"

#include <fcntl.h>
#include <fts.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <iomanip>
#include <memory>
#include <sstream>
#include <string_view>

#include "dkr/platform/atomic_file.hpp"
#include "dkr/platform/unique_fd.hpp"

namespace dkr {
namespace {

Error look_error(const std::string& path) {
  return {ExitStatus::config, "cannot look at " + path + ": " + std::strerror(errno)};
}

bool is_missing(int error) {
  return error == ENOENT || error == ENOTDIR;
}

FileLock lock(UniqueFd file) {
  if (!file || ::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    return {UniqueFd(), errno};
  }
  return {std::move(file), 0};
}

/// Gives one visited file to `uid` if another user owns it. False if that fails; errno says why.
bool give(const FTSENT& entry, unsigned uid) {
  switch (entry.fts_info) {
    case FTS_DP:  // a directory is visited before and after its contents
      return true;
    case FTS_DNR:
    case FTS_ERR:
    case FTS_NS:
      errno = entry.fts_errno;
      return false;
    default:
      return entry.fts_statp->st_uid == uid ||
             ::fchownat(AT_FDCWD, entry.fts_accpath, uid, static_cast<gid_t>(-1),
                        AT_SYMLINK_NOFOLLOW) == 0;
  }
}

}  // namespace

Result<ContainerFacts::Volume> inspect_volume(const std::string& path) {
  struct stat file {};
  if (::stat(path.c_str(), &file) != 0) {
    if (errno == ENOENT) {
      return ContainerFacts::Volume::missing;
    }
    if (errno == ENOTDIR) {
      return ContainerFacts::Volume::other;
    }
    return look_error(path);
  }
  struct stat root {};
  const bool is_root =
      ::stat("/", &root) == 0 && root.st_ino == file.st_ino && root.st_dev == file.st_dev;
  return S_ISDIR(file.st_mode) && !is_root ? ContainerFacts::Volume::directory
                                           : ContainerFacts::Volume::other;
}

Result<bool> exists(const std::string& path) {
  struct stat file {};
  if (::stat(path.c_str(), &file) == 0) {
    return true;
  }
  if (is_missing(errno)) {
    return false;
  }
  return look_error(path);
}

Result<RdbFile> inspect_rdb(const std::string& path) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file) {
    if (is_missing(errno)) {
      return RdbFile{};
    }
    return look_error(path);
  }
  std::array<char, rdb_head_size> bytes{};
  const ssize_t got = ::read(file.get(), bytes.data(), bytes.size());
  struct stat status {};
  ::fstat(file.get(), &status);
  const RdbHead head = parse_rdb_head({bytes.data(), got > 0 ? static_cast<std::size_t>(got) : 0});
  return RdbFile{head.valid ? ContainerFacts::Rdb::usable : ContainerFacts::Rdb::damaged, head,
                 static_cast<std::size_t>(status.st_size), status.st_mtim.tv_sec};
}

Result<Done> fix_owners(const std::string& volume, unsigned uid,
                        const std::function<bool()>& stop) {
  std::string root = volume;
  std::array<char*, 2> roots{root.data(), nullptr};
  // fts descends by file descriptor and checks where it arrives, so a directory that is swapped for
  // a link meanwhile leads nowhere.
  const std::unique_ptr<FTS, decltype(&::fts_close)> walk(
      ::fts_open(roots.data(), FTS_PHYSICAL | FTS_COMFOLLOW | FTS_XDEV, nullptr), ::fts_close);
  if (!walk) {
    return look_error(volume);
  }
  Result<Done> result = Done{};
  dev_t device = 0;
  while (const FTSENT* entry = ::fts_read(walk.get())) {
    if (stop()) {
      break;
    }
    if (entry->fts_level == FTS_ROOTLEVEL && entry->fts_info == FTS_D) {
      device = entry->fts_statp->st_dev;
    }
    const bool elsewhere = entry->fts_info != FTS_NS && entry->fts_statp->st_dev != device;
    if (!elsewhere && !give(*entry, uid) && result) {
      result = Error{ExitStatus::config, std::string("cannot change the owner of ") +
                                             entry->fts_path + ": " + std::strerror(errno)};
    }
  }
  return result;
}

FileLock lock_directory(const std::string& path) {
  return lock(UniqueFd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)));
}

FileLock lock_file(const std::string& path) {
  constexpr mode_t mode = 0600;
  return lock(UniqueFd(::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, mode)));
}

std::vector<int> holders_of_lock(const std::string& path) {
  std::vector<int> pids;
  struct stat file {};
  const auto locks = read_file("/proc/locks", Links::followed);
  if (::stat(path.c_str(), &file) != 0 || !locks || !*locks) {
    return pids;
  }
  std::ostringstream place;  // as it shows there: "1: FLOCK ADVISORY WRITE 7 00:2f:123 0 EOF"
  place << std::hex << std::setfill('0') << std::setw(2) << major(file.st_dev) << ':'
        << std::setw(2) << minor(file.st_dev) << ':' << std::dec << file.st_ino;
  std::istringstream lines(**locks);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string number;
    std::string kind;
    std::string skipped;
    std::string where;
    int pid = 0;
    if (words >> number >> kind >> skipped >> skipped >> pid >> where && kind == "FLOCK" &&
        where == place.str()) {
      pids.push_back(pid);
    }
  }
  return pids;
}

long long size_of_file(const std::string& path) {
  struct stat file {};
  return ::stat(path.c_str(), &file) == 0 ? static_cast<long long>(file.st_size) : -1;
}

bool is_same_file(const std::string& a, const std::string& b) {
  struct stat first {};
  struct stat second {};
  return ::stat(a.c_str(), &first) == 0 && ::stat(b.c_str(), &second) == 0 &&
         first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

bool may_access(const std::string& path, int mode) {
  // An old container engine refuses the newer system call that this needs.
  return ::faccessat(AT_FDCWD, path.c_str(), mode, AT_EACCESS) == 0 ||
         (errno == EPERM && ::access(path.c_str(), mode) == 0);
}

std::string write_obstacle(const std::string& directory) {
  return may_access(directory, W_OK | X_OK) ? std::string() : std::strerror(errno);
}

bool is_read_only(const std::string& path) {
  return !may_access(path, W_OK) && errno == EROFS;
}

bool is_mount(const std::string& path) {
  struct statx file {};
  return ::statx(AT_FDCWD, path.c_str(), 0, STATX_BASIC_STATS, &file) == 0 &&
         (file.stx_attributes & static_cast<std::uint64_t>(STATX_ATTR_MOUNT_ROOT)) != 0;
}

}  // namespace dkr
