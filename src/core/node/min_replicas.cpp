#include "dkr/core/node/min_replicas.hpp"

#include "dkr/core/base/text.hpp"
#include "dkr/core/view/group_view.hpp"

namespace dkr {

bool refuse_all(const MinReplicas& limits) noexcept {
  return limits.to_write >= no_writes_in_handover;
}

std::optional<MinReplicas> min_replicas_in(const Reply& config) {
  const auto to_write = parse_number(field(config, "min-replicas-to-write"), 0, no_writes);
  const auto max_lag = parse_number(field(config, "min-replicas-max-lag"), 0, no_writes);
  return to_write && max_lag
             ? std::optional(MinReplicas{static_cast<int>(*to_write), static_cast<int>(*max_lag)})
             : std::nullopt;
}

}  // namespace dkr
