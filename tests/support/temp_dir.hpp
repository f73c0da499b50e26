#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace dkr::test {

/// A directory that every user may enter; it goes away with its content.
class TempDir {
 public:
  TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  ~TempDir();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// Writes a file anew, readable for everyone.
void write_file(const std::filesystem::path& path, std::string_view text);

/// The text of a file; empty when it cannot be read.
std::string read_file(const std::filesystem::path& path);

}  // namespace dkr::test
