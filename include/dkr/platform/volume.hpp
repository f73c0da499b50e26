#pragma once

#include <functional>
#include <string>

#include "dkr/core/base/result.hpp"
#include "dkr/core/node/container_facts.hpp"
#include "dkr/core/node/rdb.hpp"

namespace dkr {

/// What a path is; links are followed. The root of the file system is no volume: its files are not
/// the server's to own. Error: it cannot be looked at.
Result<ContainerFacts::Volume> inspect_volume(const std::string& path);

/// Whether a file exists. Error: nobody lets us look.
Result<bool> exists(const std::string& path);

/// A file that is an RDB, or begins as one.
struct RdbFile {
  ContainerFacts::Rdb kind = ContainerFacts::Rdb::missing;
  RdbHead head;
  std::size_t size = 0;

  /// Whether there are keys in it, or commands behind it.
  [[nodiscard]] bool has_data() const { return size > (head.empty ? head.size : 0); }
};

/// Looks at the beginning of a file.
Result<RdbFile> inspect_rdb(const std::string& path);

/// Gives everything in the volume that `uid` does not own to it; groups stay. Links are not
/// followed, other file systems not entered. `stop` is asked between files; true ends the walk
/// early. Error: the first thing that could not be given; the others are given all the same.
Result<Done> fix_owners(const std::string& volume, unsigned uid, const std::function<bool()>& stop);

/// Why we could not create files in the directory; empty: we can.
std::string write_obstacle(const std::string& directory);

/// Whether the path is itself a mount (docker -v file, Kubernetes subPath): Redis cannot replace
/// such a file by rename, as its CONFIG REWRITE does; it gets EBUSY. False where the kernel does
/// not tell.
bool is_mount(const std::string& path);

}  // namespace dkr
