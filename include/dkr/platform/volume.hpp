#pragma once

#include <functional>
#include <string>
#include <vector>

#include "dkr/core/base/result.hpp"
#include "dkr/core/node/container_facts.hpp"
#include "dkr/core/node/rdb.hpp"
#include "dkr/platform/unique_fd.hpp"

namespace dkr {

/// Returns what a path is, following links. The root of the file system is not a volume: its files
/// are not the server's to own. Error: it cannot be inspected.
Result<ContainerFacts::Volume> inspect_volume(const std::string& path);

/// True if a file exists. Error: we may not look.
Result<bool> exists(const std::string& path);

/// A file that is an RDB or begins with one.
struct RdbFile {
  ContainerFacts::Rdb kind = ContainerFacts::Rdb::missing;
  RdbHead head;
  std::size_t size = 0;
  long long written = 0;  ///< when, in seconds since 1970

  /// True if it has keys, or commands after the RDB.
  [[nodiscard]] bool has_data() const { return size > (head.empty ? head.size : 0); }
};

/// Reads the head of a file.
Result<RdbFile> inspect_rdb(const std::string& path);

/// Makes `uid` the owner of everything in the volume; groups stay. Does not follow links or enter
/// other file systems. Calls `stop` for each file; true ends the walk early. Returns the first
/// error, but tries the other files all the same.
Result<Done> fix_owners(const std::string& volume, unsigned uid, const std::function<bool()>& stop);

/// A lock that is held until the descriptor is closed, in this process and in those it has forked.
struct FileLock {
  UniqueFd held;  ///< owns nothing if there is no lock
  int error = 0;  ///< why: EWOULDBLOCK if another holds it; others if the file system has no locks
};

/// Locks a directory, or a file that is made if missing, against every other container.
FileLock lock_directory(const std::string& path);
FileLock lock_file(const std::string& path);

/// Returns the processes that have taken such a lock, as far as we see them. Source: proc_locks(5).
std::vector<int> holders_of_lock(const std::string& path);

/// Returns the bytes in a file; -1 if there is none, or it cannot be looked at.
long long size_of_file(const std::string& path);

/// True if both paths lead to one file.
bool is_same_file(const std::string& a, const std::string& b);

/// True if we may access a file in this way (R_OK, W_OK, X_OK), by the identity that opens files;
/// errno tells why not.
bool may_access(const std::string& path, int mode);

/// Returns why we could not create files in the directory; empty if we can.
std::string write_obstacle(const std::string& directory);

/// True if the file system there is read-only.
bool is_read_only(const std::string& path);

/// True if the path is itself a mount (docker -v file, Kubernetes subPath). Redis cannot replace
/// such a file by rename, as CONFIG REWRITE does: it gets EBUSY. False if the kernel does not tell.
bool is_mount(const std::string& path);

}  // namespace dkr
