#pragma once

#include <unistd.h>

#include <string>
#include <utility>

namespace dkr::test {

/// Owns a file descriptor.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  ~Fd() { close(); }

  [[nodiscard]] int get() const { return fd_; }
  void close() {
    if (fd_ >= 0) {
      ::close(std::exchange(fd_, -1));
    }
  }

 private:
  int fd_ = -1;
};

struct Pipe {
  Fd read;
  Fd write;
};

/// A pipe; both ends are closed on exec.
Pipe make_pipe();

/// A new, empty file in memory; closed on exec.
Fd memory_file();

/// Opens a file for this process alone; throws when that fails.
Fd open_file(const char* path, int flags);

/// Everything in a file, whatever the position of the descriptor.
std::string contents(int fd);

/// Throws std::system_error with errno and `what` when `result` is negative; else gives it back.
long must(long result, const char* what);

}  // namespace dkr::test
