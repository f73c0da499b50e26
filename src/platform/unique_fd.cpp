#include "dkr/platform/unique_fd.hpp"

namespace dkr {

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
