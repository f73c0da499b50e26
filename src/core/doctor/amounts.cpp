#include "dkr/core/doctor/amounts.hpp"

#include <array>
#include <string_view>

namespace dkr {
namespace {

/// Returns tenths as a number with one digit behind the point, unless that is 0.
std::string decimal(long long tenths) {
  constexpr long long ten = 10;
  const std::string whole = std::to_string(tenths / ten);
  return tenths % ten == 0 ? whole : whole + "." + std::to_string(tenths % ten);
}

}  // namespace

std::string time_text(std::chrono::milliseconds time) {
  constexpr long long second = 1000;
  constexpr long long tenth = 100;
  return time.count() < second ? std::to_string(time.count()) + " ms"
                               : decimal(time.count() / tenth) + " s";
}

std::string bytes_text(long long bytes) {
  constexpr std::array<std::string_view, 5> units{"B", "KB", "MB", "GB", "TB"};
  constexpr long long step = 1024;
  constexpr long long ten = 10;
  long long size = 1;
  std::size_t unit = 0;
  while (bytes / size >= step && unit + 1 < units.size()) {
    size *= step;
    ++unit;
  }
  const long long tenths = bytes / size * ten + bytes % size * ten / size;
  return decimal(tenths) + " " + std::string(units.at(unit));
}

}  // namespace dkr
