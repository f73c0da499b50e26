#include "dkr/core/node/replica_priority.hpp"

#include <limits>

namespace dkr {
namespace {

constexpr int base = 2'000'000'000;

}  // namespace

int held_back(int priority) noexcept {
  const bool fits = priority > 0 && priority < std::numeric_limits<int>::max() - base;
  return fits ? base + priority : priority;
}

bool is_held_back(int priority) noexcept {
  return priority > base;
}

int own_priority(int priority) noexcept {
  return is_held_back(priority) ? priority - base : priority;
}

}  // namespace dkr
