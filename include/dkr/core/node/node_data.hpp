#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include "dkr/core/base/time.hpp"
#include "dkr/core/node/state_note.hpp"

namespace dkr {

/// What the volume says about this node before its server starts.
struct NodeData {
  enum class Role { none, master, replica };

  Role role = Role::none;    ///< by its configuration; none: no configuration yet
  bool has_data = false;     ///< an AOF, or an RDB
  HistoryPlace reach = {};   ///< how far the data reaches at most
  std::string group = {};    ///< whose data it is; empty: unknown
  Identity identity = {};    ///< how the group knows this node
  std::uint16_t port = 0;    ///< port that its server listens on; 0: REDIS_PORT
  HistoryPlace saved = {};   ///< the place of the RDB, if the server reads that
  HistoryPlace noted = {};   ///< how far the data went when the note was written
  GroupMemory memory = {};   ///< the others of the group, by the note
  long long keys = -1;       ///< in the data, by the note; -1: unknown
  bool ends_early = false;   ///< it may lack the end of what had been written
  bool has_nothing = false;  ///< of the group: the first synchronization has not ended, by the note
  WallTime paused_until = {};  ///< the group, by the note

  /// True if the data is not known to go on beyond that place.
  [[nodiscard]] bool is_behind() const {
    return ends_early || (noted.offset >= 0 && reach.offset <= noted.offset);
  }

  /// True if the server may have had more in memory when it ended: power was lost, or it wrote no
  /// AOF, and was killed.
  [[nodiscard]] bool may_be_cut_short() const {
    return ends_early || (saved.offset >= 0 && is_behind());
  }

  /// Returns how far the data reaches at least.
  [[nodiscard]] long long least_reach() const {
    const bool same = noted.offset >= 0 && noted.replication_id == reach.replication_id;
    return same ? std::min(noted.offset, reach.offset) : reach.offset;
  }
};

/// Returns what the note alone says of the data.
NodeData noted_data(const StateNote& note);

}  // namespace dkr
