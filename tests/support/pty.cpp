#include "support/pty.hpp"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

namespace dkr::test {

Terminal::Terminal() : master_(static_cast<int>(must(posix_openpt(O_RDWR | O_NOCTTY), "ptmx"))) {
  must(fcntl(master_.get(), F_SETFD, FD_CLOEXEC), "F_SETFD");
  must(grantpt(master_.get()), "grantpt");
  must(unlockpt(master_.get()), "unlockpt");
  const int slave = ioctl(master_.get(), TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
  slave_ = Fd(static_cast<int>(must(slave, "TIOCGPTPEER")));
}

std::function<void()> Terminal::take() {
  return [] { must(ioctl(0, TIOCSCTTY, 0), "TIOCSCTTY"); };
}

void Terminal::type(std::string_view keys) {
  must(write(master_.get(), keys.data(), keys.size()), "write to terminal");
}

bool Terminal::shows(std::string_view text, Deadline deadline) {
  while (screen_.find(text) == std::string::npos) {
    if (!readable(master_.get(), deadline)) {
      return false;
    }
    std::array<char, 4096> block{};
    const auto got = must(read(master_.get(), block.data(), block.size()), "read from terminal");
    screen_.append(block.data(), static_cast<std::size_t>(got));
  }
  return true;
}

}  // namespace dkr::test
