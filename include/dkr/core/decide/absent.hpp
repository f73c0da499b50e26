#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/base/time.hpp"
#include "dkr/core/decide/fence.hpp"
#include "dkr/core/view/group_view.hpp"

namespace dkr {

/// Replicas that may be gone for good. nullopt: nobody can tell now.
using Suspects = std::optional<std::vector<Endpoint>>;

/// Returns the replicas that are not linked and that every sentinel in reach calls down that knows
/// them. Only while most of the known sentinels have been heard since `horizon` and name this
/// master, and none fails over: those on the other side of a partition may have promoted one.
Suspects suspects_of(const FenceView& view, const std::vector<Endpoint>& me, TimePoint horizon);

/// Which replicas are gone for good, though sentinels still know them.
class AbsentReplicas {
 public:
  /// Takes what was found of some suspects: those of them that are `gone`.
  void take(const std::vector<Endpoint>& suspects, const std::vector<Endpoint>& gone,
            TimePoint now);

  /// Takes back those that are suspected no more; nobody, while nobody can tell.
  void reconsider(const Suspects& suspects, const NodeView& own);

  /// Returns those that were found to be gone for this long.
  [[nodiscard]] std::vector<Endpoint> all(std::chrono::milliseconds after) const;

 private:
  struct Replica {
    Endpoint at;
    TimePoint first;
    TimePoint last;
  };

  std::vector<Replica> gone_;
};

}  // namespace dkr
