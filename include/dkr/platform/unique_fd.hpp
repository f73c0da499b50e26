#pragma once

#include <unistd.h>

#include <string_view>
#include <utility>

#include "dkr/core/base/time.hpp"

namespace dkr {

/// Owns a file descriptor and closes it. -1 owns nothing.
class UniqueFd {
 public:
  UniqueFd() = default;
  explicit UniqueFd(int fd) noexcept : fd_(fd) {}
  UniqueFd(UniqueFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    if (this != &other) {
      reset();
      fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
  }
  UniqueFd(const UniqueFd&) = delete;
  UniqueFd& operator=(const UniqueFd&) = delete;
  ~UniqueFd() { reset(); }

  [[nodiscard]] int get() const noexcept { return fd_; }
  [[nodiscard]] explicit operator bool() const noexcept { return fd_ >= 0; }

  void reset() noexcept {
    if (fd_ >= 0) {
      ::close(fd_);
      fd_ = -1;
    }
  }

 private:
  int fd_ = -1;
};

/// Waits until a descriptor is ready for POLLIN or POLLOUT, or broken. False after the deadline.
bool await(const UniqueFd& file, short event, TimePoint deadline) noexcept;

/// Writes a whole text to a blocking descriptor. False on an error; errno says which.
bool write_all(const UniqueFd& file, std::string_view text) noexcept;

}  // namespace dkr
