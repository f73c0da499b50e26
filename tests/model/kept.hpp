#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "run.hpp"

namespace dkr::model {

/// The schedules that are kept, and those that a search has found since.
class Kept {
 public:
  /// Reads every schedule of a folder. The error names the file.
  static Result<Kept> read(const std::filesystem::path& folder);

  struct Entry {
    std::string name;
    Schedule schedule;
    int met = 0;  ///< so often a search has come upon it
  };
  [[nodiscard]] const std::vector<Entry>& all() const { return entries_; }

  void add(Entry entry) { entries_.push_back(std::move(entry)); }

  /// Whether everything that goes wrong in a schedule is what is expected of kept ones: of a group
  /// of which this is one, too, with faults that are all among those of the schedule.
  bool knows(const Schedule& schedule, const Outcome& outcome);

 private:
  std::vector<Entry> entries_;
};

/// Of one file.
Result<Schedule> read_schedule(const std::filesystem::path& file);

}  // namespace dkr::model
