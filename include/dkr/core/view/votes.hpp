#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/base/time.hpp"
#include "dkr/core/view/group_view.hpp"
#include "dkr/core/view/reply.hpp"

namespace dkr {

/// Returns the master that more than half of the known sentinels name, if any.
std::optional<Endpoint> named_by_majority(const GroupView& view);

/// The newest epochs in which sentinels name this node and another; 0: none does.
struct NamingEpochs {
  std::uint64_t mine = 0;
  std::uint64_t others = 0;
};
NamingEpochs naming_epochs(const GroupView& view, const std::vector<Endpoint>& me);

/// Returns the sentinels that know the group, each once. The order is the same on every node, for
/// requests that only one sentinel may get.
std::vector<const SentinelView*> sentinels_of(const GroupView& view);

/// True if a sentinel does not know the group, and another that does knows it as one of the
/// group's.
bool has_forgotten(const SentinelView& sentinel, const GroupView& view);

/// Returns how many sentinels these and those that they know make together.
std::size_t known_sentinels(const std::vector<const SentinelView*>& sentinels);

/// Whether the sentinels can agree on a failover. A sentinel that was replaced by one with another
/// name and address stays known forever, and has a vote that nobody casts.
struct Votes {
  std::size_t known = 0;
  std::size_t answering = 0;
  std::size_t needed = 0;      ///< a majority of the known ones, or the quorum if greater
  std::vector<Endpoint> gone;  ///< those that do not answer

  [[nodiscard]] bool suffice() const { return answering >= needed; }
};

/// A vote of a sentinel for one that fails over, itself or another. Source: sentinel.c,
/// sentinelVoteLeader(): +vote-for-leader tells the leader and its epoch, but not the group.
struct Vote {
  TimePoint at{};           ///< when it was told
  std::string leader = {};  ///< myid of the sentinel that fails over; empty: unknown
  std::uint64_t epoch = 0;  ///< of the failover
};

/// Parses the message of +vote-for-leader.
Vote parse_vote(std::string_view message, TimePoint at);

/// Parses the reply to last_vote_query(); of epoch 0: it knows of none.
Vote vote_in(const Reply& reply, TimePoint at);

/// Counts the votes. Source: sentinel.c, sentinelGetLeader().
Votes votes_of(const GroupView& view);

}  // namespace dkr
