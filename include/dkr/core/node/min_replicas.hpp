#pragma once

#include <limits>
#include <optional>

#include "dkr/core/view/reply.hpp"

namespace dkr {

/// The limits below which a master refuses writes. Source: redis.conf, min-replicas-to-write and
/// min-replicas-max-lag; these are its defaults.
struct MinReplicas {
  int to_write = 0;  ///< linked replicas that it asks for
  int max_lag = 10;  ///< seconds since each of them was last heard; 0 switches the limits off

  friend bool operator==(const MinReplicas&, const MinReplicas&) = default;
};

/// More replicas than there are. Written with CONFIG REWRITE it shows that the fence has set it.
inline constexpr int no_writes = std::numeric_limits<int>::max();
/// As many, set by a handover of a server that cannot make writes wait (Redis before 6.2).
inline constexpr int no_writes_in_handover = no_writes - 1;

/// Whether limits let no write in; the user's own never do.
bool refuse_all(const MinReplicas& limits) noexcept;

/// Reads the answer to CONFIG GET min-replicas-*. Nothing: it is no such answer.
std::optional<MinReplicas> min_replicas_in(const Reply& config);

}  // namespace dkr
