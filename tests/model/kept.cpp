#include "kept.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

namespace dkr::model {
namespace {

/// A fault without its times.
std::string kind_text(Fault fault, const Parameters& parameters) {
  fault.at = fault.lasts = 0;
  return to_text(fault, parameters);
}

/// Whether the faults of one are among those of another, in whatever order, and so is its group.
bool is_within(const Schedule& one, const Schedule& other) {
  const auto is_there = [&](const Fault& fault) {
    const std::string text = kind_text(fault, one.parameters);
    return std::any_of(other.faults.begin(), other.faults.end(), [&](const Fault& candidate) {
      return kind_text(candidate, other.parameters) == text;
    });
  };
  return is_such(other.parameters, one.parameters) &&
         std::all_of(one.faults.begin(), one.faults.end(), is_there);
}

bool violates(const Schedule& schedule, int invariant) {
  const auto& violated = schedule.expect.violated;
  return std::find(violated.begin(), violated.end(), invariant) != violated.end();
}

}  // namespace

Result<Schedule> read_schedule(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) {
    return Error{ExitStatus::config, file.string() + ": cannot be read"};
  }
  auto schedule = parse_schedule(text.str());
  return schedule ? std::move(schedule)
                  : Result<Schedule>(Error{schedule.error().status,
                                           file.string() + ": " + schedule.error().text});
}

Result<Kept> Kept::read(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    if (file.path().extension() == ".txt") {
      files.push_back(file.path());
    }
  }
  std::sort(files.begin(), files.end());
  Kept kept;
  for (const auto& file : files) {
    auto schedule = read_schedule(file);
    if (!schedule) {
      return schedule.error();
    }
    kept.add({file.stem().string(), std::move(*schedule), 0});
  }
  return kept;
}

bool Kept::knows(const Schedule& schedule, const Outcome& outcome) {
  bool all = true;
  for (const Violation& violation : outcome.violations) {
    const auto known = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) {
      return violates(entry.schedule, violation.invariant) && is_within(entry.schedule, schedule);
    });
    all = all && known != entries_.end();
    if (known != entries_.end()) {
      ++known->met;
    }
  }
  return all;
}

}  // namespace dkr::model
