#pragma once

#include <optional>
#include <string>
#include <vector>

#include "dkr/core/node/state_note.hpp"
#include "dkr/core/view/group_view.hpp"

namespace dkr {

/// A running node, and what the sentinels have said lately.
struct NodeStanding {
  const NodeView& own;
  const std::vector<Endpoint>& me;  ///< all endpoints of this node
  GroupView heard;
  GroupMemory memory = {};

  /// Returns the node that a majority of the sentinels names.
  [[nodiscard]] std::optional<Endpoint> named() const;
  /// True if the node runs in the role that the sentinels give it.
  [[nodiscard]] bool in_place() const;
};

/// True if nothing is to be expected: the node is in its place with the user's priority, and no
/// sentinel misses the master.
bool is_at_rest(const StateNote& note, const NodeStanding& node);

/// True if the next start would go wrong with the note as it is.
bool is_outdated(const StateNote& note, const NodeStanding& node);

/// Returns the note of a running member of a group, from the one before.
StateNote next_note(StateNote note, const NodeStanding& node, const std::string& group);

}  // namespace dkr
