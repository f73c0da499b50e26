#pragma once

#include <optional>
#include <string>
#include <vector>

#include "dkr/core/base/result.hpp"

namespace dkr {

/// Whether a symbolic link is a way to a file.
enum class Links { followed, refused };

/// The whole of a configuration file. Nothing when it does not exist; an error when it cannot be
/// read, is no regular file or is larger than any configuration. Links are refused where others
/// than root can place one: root would read for them what they may not.
Result<std::optional<std::string>> read_file(const std::string& path, Links links);

/// The files that a path or glob pattern names, read whole, in the order of their names. What
/// cannot be read is left out: the server complains about it better than we can.
std::vector<std::string> read_matching(const std::string& pattern);

/// Writes a file whole or not at all, readable by its owner only: temporary file in the same
/// directory, fsync, rename, fsync of the directory. Nothing is left behind by a failure.
Result<Done> write_atomically(const std::string& path, const std::string& text);

/// Makes `to` a second name of the file `from`, or a copy where the file system has no hard links;
/// durable, and complete from the first moment that it has its name. `to` must not exist.
Result<Done> link_or_copy(const std::string& from, const std::string& to);

}  // namespace dkr
