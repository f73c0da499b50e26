#include "dkr/platform/wall_clock.hpp"

namespace dkr {

WallTime wall_clock() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

bool is_paused(WallTime until) {
  return wall_clock() < until;
}

}  // namespace dkr
