#pragma once

#include <string>
#include <vector>

#include "dkr/core/conf/wanted_groups.hpp"
#include "dkr/core/view/fleet_view.hpp"

namespace dkr {

/// How far the sentinels are as they are wanted.
struct FleetReport {
  std::string text;  ///< a line for each sentinel in step, and for each difference of the others
  bool all_answer = true;
  bool in_step = true;  ///< of those that answer
};

/// Compares each sentinel with what is wanted, and with the master that most of them name. What
/// cannot be seen counts as in step.
FleetReport report_on(const FleetView& fleet, const std::vector<WantedGroup>& wanted);

/// Returns a line for each group: its master, how many sentinels monitor it, and its options.
std::string describe_groups(const FleetView& fleet);

}  // namespace dkr
