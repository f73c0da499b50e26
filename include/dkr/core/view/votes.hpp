#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/view/group_view.hpp"

namespace dkr {

/// Whom more than half of the known sentinels name, if anybody.
std::optional<Endpoint> named_by_majority(const GroupView& view);

/// The newest epochs in which sentinels name this node, and another; 0: none does.
struct NamingEpochs {
  std::uint64_t mine = 0;
  std::uint64_t others = 0;
};
NamingEpochs naming_epochs(const GroupView& view, const std::vector<Endpoint>& me);

/// The sentinels that know the group, each once, in the order in which all nodes would ask them for
/// something that only one may be asked.
std::vector<const SentinelView*> sentinels_of(const GroupView& view);

/// How many sentinels these and those they know make together.
std::size_t known_sentinels(const std::vector<const SentinelView*>& sentinels);

/// Whether the sentinels can agree on a failover. Those that were replaced by others under a new
/// name and address are known for ever, and have a vote that nobody casts.
struct Votes {
  std::size_t known = 0;
  std::size_t answering = 0;
  std::size_t needed = 0;      ///< a majority of the known, or the quorum
  std::vector<Endpoint> gone;  ///< those that do not answer

  [[nodiscard]] bool suffice() const { return answering >= needed; }
};

/// Source: sentinel.c, sentinelGetLeader().
Votes votes_of(const GroupView& view);

}  // namespace dkr
