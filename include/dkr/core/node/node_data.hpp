#pragma once

#include <cstdint>
#include <string>

#include "dkr/core/node/state_note.hpp"

namespace dkr {

/// What the volume says of this node before its server starts.
struct NodeData {
  enum class Role { none, master, replica };

  Role role = Role::none;   ///< by its configuration; none: it has none yet
  bool has_data = false;    ///< an AOF, or an RDB
  HistoryPlace reach = {};  ///< how far the data goes, at most
  std::string group = {};   ///< whose data it is; empty: nobody has said
  Identity identity = {};   ///< by what the group has known this node
  std::uint16_t port = 0;   ///< that its server listens on; 0: REDIS_PORT
};

}  // namespace dkr
