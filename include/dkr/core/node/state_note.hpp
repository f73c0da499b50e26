#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/node/min_replicas.hpp"
#include "dkr/core/node/rdb.hpp"

namespace dkr {

/// A place in a history of writes.
struct HistoryPlace {
  std::string replication_id;  ///< of the history; empty: not known
  long long offset = -1;
};

/// How far the data reached when the note was written.
struct DataMark {
  HistoryPlace place;
  long long aof_size = -1;  ///< of all files of the AOF together; -1: there was none
  long long drift = 0;      ///< by how much the history outgrew the AOF since the mark before
};

/// By what the group knows this node, which may have other addresses at its next start.
struct Identity {
  std::vector<Endpoint> names;  ///< any of which the sentinels may still use; empty: not known
  bool named = false;           ///< it was the master that they named
  std::uint64_t epoch = 0;      ///< in which they named that master

  friend bool operator==(const Identity& a, const Identity& b) {
    return a.names == b.names && a.named == b.named && a.epoch == b.epoch;
  }
};

/// Our own note in the volume: what the next start has to know and the server does not tell.
struct StateNote {
  std::string group;  ///< whose data it is; empty: nobody's yet
  std::optional<DataMark> mark;
  std::optional<MinReplicas> users_limits;  ///< as the user has set them
  bool fenced = false;                      ///< others hold in their place
  Identity identity = {};
};

std::string to_text(const StateNote& note);
/// What is missing or cannot be read in a text is missing in the note.
StateNote parse_state_note(std::string_view text);

/// The mark after another one, which may be of another history or AOF.
DataMark next_mark(const std::optional<DataMark>& before, const HistoryPlace& place,
                   long long aof_size);

/// How far the data in the volume reaches, at most. An AOF grows as the history does, but for what
/// is only published, so its size tells how far it went on after the note. Data that is not what
/// the note speaks of counts as just older than the note. `aof_size` is -1 when the server will
/// read the RDB.
HistoryPlace reach_of_data(const std::optional<DataMark>& mark, const RdbHead& rdb,
                           long long aof_size);

}  // namespace dkr
