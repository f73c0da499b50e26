#include "dkr/platform/atomic_file.hpp"

#include <fcntl.h>
#include <glob.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <string_view>
#include <utility>

#include "dkr/platform/log.hpp"
#include "dkr/platform/unique_fd.hpp"

namespace dkr {
namespace {

constexpr std::size_t block = 4096;
constexpr std::size_t largest_text = 16U << 20U;

Error file_error(const std::string& what, const std::string& path) {
  return {ExitStatus::config, what + " " + path + ": " + std::strerror(errno)};
}

Error unusable(const std::string& path) {
  return {ExitStatus::config, path + " is not a regular file of a configuration's size"};
}

std::string directory_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == 0 ? "/" : path.substr(0, slash);
}

/// True for what a disk says that fails or is full; a file system that does not know how to sync a
/// directory, or lets nobody, says something else.
bool is_of_a_disk(int error) {
  return error == EIO || error == ENOSPC || error == EDQUOT || error == EROFS;
}

/// Makes names in a directory durable. Where the file system cannot, a file is whole all the same,
/// the old or the new one, so that is only told, once.
bool sync_directory(const std::string& path) {
  static bool told = false;
  const UniqueFd directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory && ::fsync(directory.get()) == 0) {
    return true;
  }
  const int error = errno;
  if (is_of_a_disk(error)) {
    return false;
  }
  if (!std::exchange(told, true)) {
    log::warn("the directory " + path + " cannot be synced (" + std::strerror(error) +
              "): after a loss of power, files there may be as they were before");
  }
  return true;
}

bool copy_all(const UniqueFd& from, const UniqueFd& to) {
  std::array<char, block> buffer{};
  while (true) {
    const ssize_t got = ::read(from.get(), buffer.data(), buffer.size());
    if (got <= 0) {
      return got == 0;
    }
    if (!write_all(to, {buffer.data(), static_cast<std::size_t>(got)})) {
      return false;
    }
  }
}

/// Writes a temporary file beside `path` with `fill`, and renames it to `path` at the end.
Result<Done> put_in_place(const std::string& path,
                          const std::function<bool(const UniqueFd&)>& fill) {
  const std::string directory = directory_of(path);
  std::string temporary = directory + "/.dkr-redis.XXXXXX";
  UniqueFd file(::mkostemp(temporary.data(), O_CLOEXEC));
  if (!file) {
    return file_error("cannot write", path);
  }
  if (!fill(file) || ::fsync(file.get()) != 0 || ::rename(temporary.c_str(), path.c_str()) != 0) {
    const Error error = file_error("cannot write", path);
    ::unlink(temporary.c_str());
    return error;
  }
  if (!sync_directory(directory)) {
    return file_error("cannot sync the directory of", path);
  }
  return Done{};
}

}  // namespace

Result<std::optional<std::string>> read_file(const std::string& path, Links links) {
  const int no_links = links == Links::refused ? O_NOFOLLOW : 0;
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | no_links));
  if (!file) {
    if (errno == ENOENT || errno == ENOTDIR) {
      return std::optional<std::string>();
    }
    return errno == ELOOP ? unusable(path) : file_error("cannot read", path);
  }
  struct stat what {};
  if (::fstat(file.get(), &what) != 0 || !S_ISREG(what.st_mode)) {
    return unusable(path);
  }
  const std::size_t size = std::min(static_cast<std::size_t>(what.st_size), largest_text);
  std::string text(std::max(size + 1, block), '\0');  // files in /proc report no size
  std::size_t filled = 0;
  while (filled <= largest_text) {
    if (filled == text.size()) {
      text.resize(filled + block);
    }
    const ssize_t got = ::read(file.get(), text.data() + filled, text.size() - filled);
    if (got < 0) {
      return file_error("cannot read", path);
    }
    if (got == 0) {
      text.resize(filled);
      return std::optional(std::move(text));
    }
    filled += static_cast<std::size_t>(got);
  }
  return unusable(path);
}

std::vector<std::string> read_matching(const std::string& pattern) {
  std::vector<std::string> texts;
  glob_t found{};
  if (::glob(pattern.c_str(), GLOB_NOCHECK, nullptr, &found) == 0) {
    for (std::size_t i = 0; i < found.gl_pathc; ++i) {
      if (auto text = read_file(found.gl_pathv[i], Links::followed); text && *text) {
        texts.push_back(std::move(**text));
      }
    }
  }
  ::globfree(&found);
  return texts;
}

std::vector<std::string> programs_matching(const std::string& pattern) {
  std::vector<std::string> paths;
  glob_t found{};
  if (::glob(pattern.c_str(), 0, nullptr, &found) == 0) {
    for (std::size_t i = 0; i < found.gl_pathc; ++i) {
      struct stat what {};
      const char* path = found.gl_pathv[i];
      if (::stat(path, &what) == 0 && S_ISREG(what.st_mode) && what.st_size > 0 &&
          ::access(path, R_OK | X_OK) == 0) {
        paths.emplace_back(path);
      }
    }
  }
  ::globfree(&found);
  return paths;
}

Result<Done> write_atomically(const std::string& path, const std::string& text) {
  return put_in_place(path, [&](const UniqueFd& file) { return write_all(file, text); });
}

bool remove_file(const std::string& path) {
  return ::unlink(path.c_str()) == 0 && sync_directory(directory_of(path));
}

Result<Done> link_or_copy(const std::string& from, const std::string& to) {
  if (::link(from.c_str(), to.c_str()) == 0) {
    if (!sync_directory(directory_of(to))) {
      return file_error("cannot sync the directory of", to);
    }
    return Done{};
  }
  if (errno == EEXIST) {
    return file_error("cannot link " + from + " as", to);
  }
  const UniqueFd source(::open(from.c_str(), O_RDONLY | O_CLOEXEC));
  if (!source) {
    return file_error("cannot read", from);
  }
  return put_in_place(to, [&](const UniqueFd& file) { return copy_all(source, file); });
}

}  // namespace dkr
