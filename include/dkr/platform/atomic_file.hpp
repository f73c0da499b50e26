#pragma once

#include <optional>
#include <string>
#include <vector>

#include "dkr/core/base/result.hpp"

namespace dkr {

/// Whether symbolic links are followed.
enum class Links { followed, refused };

/// Reads a whole configuration file. Returns nullopt if it does not exist; an error if it cannot be
/// read, is not a regular file, or is larger than any configuration. Refuse links where users other
/// than root can place one: root would read for them what they may not.
Result<std::optional<std::string>> read_file(const std::string& path, Links links);

/// Reads the files that match a path or glob pattern, in the order of their names. Skips what
/// cannot be read: the server reports it better than we can.
std::vector<std::string> read_matching(const std::string& pattern);

/// Returns the paths of the files that match a pattern, in the order of their names: those that are
/// not empty, and that we may read and execute.
std::vector<std::string> programs_matching(const std::string& pattern);

/// Writes a file whole or not at all, readable by its owner only: temporary file in the same
/// directory, fsync, rename, fsync of the directory. A failure leaves nothing behind. A file system
/// that cannot sync a directory is no failure, but a warning, once.
Result<Done> write_atomically(const std::string& path, const std::string& text);

/// Removes a file for good: the directory is synced. False if it could not.
bool remove_file(const std::string& path);

/// Hard-links the file `from` as `to`, or copies it where it cannot be linked. `to` must
/// not exist; it is durable, and complete as soon as it has its name.
Result<Done> link_or_copy(const std::string& from, const std::string& to);

}  // namespace dkr
