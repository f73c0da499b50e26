#include "dkr/core/decide/fleet_format.hpp"

#include <algorithm>

#include "dkr/core/decide/fleet_orders.hpp"

namespace dkr {
namespace {

std::vector<std::string> lines_of(const FleetSentinel& sentinel, const FleetView& fleet,
                                  const std::vector<WantedGroup>& wanted) {
  std::vector<std::string> lines;
  for (const GroupDifference& difference : differences(wanted, sentinel.groups)) {
    if (difference.kind != GroupDifference::Kind::untold) {
      lines.push_back(describe(difference));
    }
  }
  for (const SeenGroup& group : sentinel.groups) {
    if (const auto most = commonly_named(fleet, group.name); most != group.master) {
      lines.push_back("group " + group.name + ": names " + to_string(group.master) +
                      ", others name " + to_string(*most));
    }
  }
  return lines;
}

std::string options_of(const WantedGroup& group) {
  std::string text;
  for (const GroupOption& option : group.options) {
    text += option.value.empty() ? "" : ", " + shown(option);
  }
  return text;
}

}  // namespace

FleetReport report_on(const FleetView& fleet, const std::vector<WantedGroup>& wanted) {
  FleetReport report;
  for (const FleetSentinel& sentinel : fleet) {
    const std::string head = "sentinel  " + to_string(sentinel.at) + "  ";
    if (sentinel.failure) {
      report.all_answer = false;
      report.text += head + sentinel.failure->text + '\n';
      continue;
    }
    const auto lines = lines_of(sentinel, fleet, wanted);
    report.in_step = report.in_step && lines.empty();
    report.text += lines.empty() ? head + "in step" + '\n' : "";
    for (const std::string& line : lines) {
      report.text += head + line + '\n';
    }
  }
  return report;
}

std::string describe_groups(const FleetView& fleet) {
  const auto answering = std::count_if(fleet.begin(), fleet.end(),
                                       [](const auto& sentinel) { return !sentinel.failure; });
  std::string text;
  for (const WantedGroup& group : common_options(fleet)) {
    const auto monitor =
        std::count_if(fleet.begin(), fleet.end(), [&](const FleetSentinel& sentinel) {
          return find_group(sentinel.groups, group.name) != nullptr;
        });
    text += "group  " + group.name + "  master " + to_string(*group.first_master) +
            ", monitored by " + std::to_string(monitor) + " of " + std::to_string(answering) +
            options_of(group) + '\n';
  }
  return text;
}

}  // namespace dkr
