#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "dkr/core/base/result.hpp"
#include "faults.hpp"

namespace dkr::model {

/// What is expected of a schedule: no violation, or these of the invariants I1 to I7.
struct Expectation {
  std::vector<int> violated;

  friend bool operator==(const Expectation&, const Expectation&) = default;
};

/// A group, and what happens to it.
struct Schedule {
  std::vector<std::string> comments;
  Parameters parameters;
  Expectation expect;
  std::vector<Fault> faults;

  friend bool operator==(const Schedule&, const Schedule&) = default;
};

/// As it is kept in a file: comments, `group ...`, `expect safe` or `expect violates I1 I2`, then a
/// fault a line: `2.0 cut m s1 | * for 25`.
std::string to_text(const Schedule& schedule);

Result<Schedule> parse_schedule(std::string_view text);

std::string to_text(const Fault& fault, const Parameters& parameters);
std::string to_text(const Expectation& expect);

}  // namespace dkr::model
