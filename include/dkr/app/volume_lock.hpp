#pragma once

#include "dkr/app/environment.hpp"
#include "dkr/core/decide/start_check.hpp"
#include "dkr/platform/unique_fd.hpp"

namespace dkr {

/// Keeps every other container out of the volume for as long as this one lives: two servers would
/// overwrite each other's files, and acknowledge writes into files that are gone. A data node and a
/// sentinel may share a volume: one locks the directory, the other a file in it.
class VolumeLock {
 public:
  /// Takes the lock, unless it is held already or there is no volume yet. Waits for another
  /// container for volume_lock_grace, then refuses the start. Returns true if there was one to wait
  /// for: what was seen of the volume before is out of date. Logs a file system without locks.
  OrStopped<bool> take(const StartFacts& facts, const Environment& environment);

  /// Returns the descriptor of the lock; -1: none.
  [[nodiscard]] int descriptor() const { return held_.get(); }

 private:
  UniqueFd held_;
  bool unsupported_ = false;
};

}  // namespace dkr
