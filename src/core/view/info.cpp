#include "dkr/core/view/info.hpp"

#include <algorithm>

#include "dkr/core/base/text.hpp"

namespace dkr {

std::string info_field(std::string_view info, std::string_view name) {
  while (!info.empty()) {
    const auto end = std::min(info.find('\n'), info.size());
    const std::string_view line = trim(info.substr(0, end));
    if (line.starts_with(name) && line.substr(name.size()).starts_with(':')) {
      return std::string(line.substr(name.size() + 1));
    }
    info.remove_prefix(std::min(end + 1, info.size()));
  }
  return {};
}

}  // namespace dkr
