#pragma once

#include <string>
#include <vector>

#include "invariants.hpp"
#include "schedule.hpp"

namespace dkr::model {

/// How a schedule ended.
struct Outcome {
  std::vector<Violation> violations;

  [[nodiscard]] Expectation as_expected() const;
};

/// Runs a schedule to its end and a quiet time after that. With a diary, what happens is told.
Outcome run(const Schedule& schedule, std::vector<std::string>* diary = nullptr);

}  // namespace dkr::model
