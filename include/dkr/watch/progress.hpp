#pragma once

#include <optional>

#include "dkr/core/base/time.hpp"

namespace dkr {

/// When a server last showed that it works: by an answer, or, while it gives none because it loads,
/// saves or runs something long, by what it reads and writes.
class Progress {
 public:
  /// `server` is its process.
  Progress(int server, TimePoint now) : server_(server), alive_(now) {}

  /// `spoke`: when it last said something.
  void take(const std::optional<TimePoint>& spoke, TimePoint now);

  [[nodiscard]] TimePoint alive() const { return alive_; }

 private:
  int server_;
  TimePoint alive_;
  long long moved_ = -1;
};

}  // namespace dkr
