#pragma once

#include <limits>
#include <optional>
#include <tuple>

#include "dkr/core/view/reply.hpp"

namespace dkr {

/// The limits below which a master refuses writes. Source: redis.conf, min-replicas-to-write and
/// min-replicas-max-lag; these are its defaults.
struct MinReplicas {
  int to_write = 0;  ///< number of linked replicas required
  int max_lag = 10;  ///< seconds since each was last heard; 0 disables the limits

  friend bool operator==(const MinReplicas&, const MinReplicas&) = default;
};

inline auto fields_of(const MinReplicas& limits) {
  const auto& [to_write, max_lag] = limits;
  return std::tie(to_write, max_lag);
}

/// More replicas than there are. If CONFIG REWRITE wrote it, it shows that the fence set it.
inline constexpr int no_writes = std::numeric_limits<int>::max();
/// Likewise, set by a handover of a server that cannot make writes wait (Redis before 6.2).
inline constexpr int no_writes_in_handover = no_writes - 1;

/// True if limits let no write in; the user's own never do.
bool refuse_all(const MinReplicas& limits) noexcept;

/// Parses the reply to CONFIG GET min-replicas-*; nullopt if it is not one.
std::optional<MinReplicas> min_replicas_in(const Reply& config);

}  // namespace dkr
