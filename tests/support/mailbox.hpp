#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "support/deadline.hpp"
#include "support/fd.hpp"

namespace dkr::test {

/// A FIFO that every user may write lines to; the test reads them.
class Mailbox {
 public:
  explicit Mailbox(std::filesystem::path path);

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// The next line, without its end; nothing at the deadline.
  std::optional<std::string> line(Deadline deadline = within());
  /// True when no line has come so far.
  bool empty() { return !line(Clock::now()).has_value(); }

 private:
  std::filesystem::path path_;
  Fd fd_;
  std::string buffer_;
};

}  // namespace dkr::test
