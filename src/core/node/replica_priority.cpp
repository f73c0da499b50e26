#include "dkr/core/node/replica_priority.hpp"

#include <limits>

#include "dkr/core/base/text.hpp"

namespace dkr {
namespace {

constexpr int base = 2'000'000'000;

}  // namespace

int parse_priority(std::string_view text) {
  return parse_count(text, default_priority);
}

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
