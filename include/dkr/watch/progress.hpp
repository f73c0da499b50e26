#pragma once

#include <optional>

#include "dkr/core/base/time.hpp"

namespace dkr {

/// Tracks when a server last showed that it works: by a reply, or, while it gives none because it
/// loads, saves or runs something long, by reading or writing bytes.
class Progress {
 public:
  /// `server` is its process id.
  Progress(int server, TimePoint now) : server_(server), alive_(now) {}

  /// `spoke`: when the server last replied.
  void take(const std::optional<TimePoint>& spoke, TimePoint now);

  [[nodiscard]] TimePoint alive() const { return alive_; }

 private:
  int server_;
  TimePoint alive_;
  long long moved_ = -1;
};

}  // namespace dkr
