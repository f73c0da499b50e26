#pragma once

#include <string>
#include <utility>
#include <vector>

#include "dkr/core/base/time.hpp"
#include "dkr/core/view/group_view.hpp"
#include "dkr/core/view/pause.hpp"

namespace dkr {

/// What a data node's watcher knows of a pause of its group. It tells when one begins and ends, and
/// finds which sentinels are to be set right.
class PauseWatch {
 public:
  /// `noted`: until when the group was paused, by the note.
  PauseWatch(std::string group, WallTime noted) : group_(std::move(group)), known_{noted, noted} {}

  /// Takes what the sentinels have said lately.
  void take(const GroupView& heard);

  /// True if nobody fails over by himself.
  [[nodiscard]] bool holds() const;
  /// Returns until when the group is paused; 1970: it is not. Some of the sentinels may not know.
  [[nodiscard]] WallTime until() const;

  /// Returns which sentinels are to be set right now: those that have been wrong for pause_grace.
  std::vector<PauseOrder> due(const GroupView& heard, TimePoint now);

 private:
  std::string group_;
  GroupPause known_;
  WallTime told_ = {};  ///< the pause that was told of last, if it is not over
  std::vector<PauseOrder> wanted_;
  TimePoint since_{};  ///< since when this is wanted
};

/// Logs that a group is paused, or that this is over if `until` is 1970.
void tell_pause(const std::string& group, WallTime until);

}  // namespace dkr
