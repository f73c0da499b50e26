#include "support/fd.hpp"

#include <fcntl.h>
#include <sys/mman.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace dkr::test {

long must(long result, const char* what) {
  if (result < 0) {
    throw std::system_error(errno, std::generic_category(), what);
  }
  return result;
}

Pipe make_pipe() {
  std::array<int, 2> ends{};
  must(pipe2(ends.data(), O_CLOEXEC), "pipe2");
  return {Fd(ends[0]), Fd(ends[1])};
}

Fd memory_file() {
  return Fd(static_cast<int>(must(memfd_create("dkr-test", MFD_CLOEXEC), "memfd_create")));
}

Fd open_file(const char* path, int flags) {
  return Fd(static_cast<int>(must(open(path, flags | O_CLOEXEC | O_NOCTTY, 0600), path)));
}

std::string contents(int fd) {
  std::string text;
  std::array<char, 4096> block{};
  for (;;) {
    const auto got =
        must(pread(fd, block.data(), block.size(), static_cast<off_t>(text.size())), "pread");
    if (got == 0) {
      return text;
    }
    text.append(block.data(), static_cast<std::size_t>(got));
  }
}

}  // namespace dkr::test
