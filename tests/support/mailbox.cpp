#include "support/mailbox.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <array>
#include <utility>

namespace dkr::test {

Mailbox::Mailbox(std::filesystem::path path) : path_(std::move(path)) {
  must(mkfifo(path_.c_str(), 0666), "mkfifo");
  must(chmod(path_.c_str(), 0666), "chmod");
  fd_ = open_file(path_.c_str(), O_RDWR | O_NONBLOCK);  // as a writer too: it never ends
}

std::optional<std::string> Mailbox::line(Deadline deadline) {
  for (;;) {
    const auto end = buffer_.find('\n');
    if (end != std::string::npos) {
      std::string line = buffer_.substr(0, end);
      buffer_.erase(0, end + 1);
      return line;
    }
    if (!readable(fd_.get(), deadline)) {
      return std::nullopt;
    }
    std::array<char, 4096> block{};
    const auto got = must(read(fd_.get(), block.data(), block.size()), "read from mailbox");
    buffer_.append(block.data(), static_cast<std::size_t>(got));
  }
}

}  // namespace dkr::test
