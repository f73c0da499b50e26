#include "dkr/platform/unique_fd.hpp"

#include <poll.h>

#include <chrono>

namespace dkr {

bool await(const UniqueFd& file, short event, TimePoint deadline) noexcept {
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
  pollfd waited{file.get(), event, 0};
  return ::poll(&waited, 1, left.count() > 0 ? static_cast<int>(left.count()) : 0) > 0;
}

bool write_all(const UniqueFd& file, std::string_view text) noexcept {
  while (!text.empty()) {
    const ssize_t written = ::write(file.get(), text.data(), text.size());
    if (written < 0) {
      return false;
    }
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace dkr
