#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/base/time.hpp"
#include "dkr/core/node/min_replicas.hpp"
#include "dkr/core/node/rdb.hpp"

namespace dkr {

/// A place in a history of writes.
struct HistoryPlace {
  std::string replication_id;  ///< id of the history; empty: unknown
  long long offset = -1;
};

/// How far the data reached when the note was written.
struct DataMark {
  HistoryPlace place;
  long long aof_size = -1;  ///< bytes in all files of the AOF together; -1: no AOF
  long long drift = 0;      ///< bytes by which the history outgrew the AOF since the mark before
};

/// How the group knows this node, which may have other addresses at its next start.
struct Identity {
  std::vector<Endpoint> names;  ///< the sentinels may still use any of these; empty: unknown
  bool named = false;           ///< this node was the master that they named
  std::uint64_t epoch = 0;      ///< epoch in which they named that master

  friend bool operator==(const Identity& a, const Identity& b) {
    return a.names == b.names && a.named == b.named && a.epoch == b.epoch;
  }
};

/// The others of the group, which the fence must count on before any of them has answered.
struct GroupMemory {
  std::vector<Endpoint> sentinels;
  std::vector<Endpoint> replicas;          ///< any of these could become the master
  std::chrono::milliseconds down_after{};  ///< the shortest of the sentinels; 0: unknown

  friend bool operator==(const GroupMemory& a, const GroupMemory& b) {
    return a.sentinels == b.sentinels && a.replicas == b.replicas && a.down_after == b.down_after;
  }
};

/// The note in the volume: what the next start needs to know and the server does not tell.
struct StateNote {
  std::string group;  ///< whose data it is; empty: nobody's yet
  std::optional<DataMark> mark;
  std::optional<MinReplicas> users_limits;  ///< as set by the user
  bool fenced = false;                      ///< other limits are in effect
  Identity identity = {};
  GroupMemory memory = {};
  std::string boot = {};   ///< of the machine, when this node was started; empty: unknown
  bool aof_waits = false;  ///< the last writes may have been in memory only
  long long keys = -1;     ///< in the data; -1: unknown
  /// The user's replica-priority, while a replica without any data has 0 in its place.
  std::optional<int> users_priority = {};
  WallTime paused_until = {};  ///< the group, as last heard; 1970: it was not
};

std::string to_text(const StateNote& note);
/// Parses a note. What is missing or unreadable in the text is missing in the note.
StateNote parse_state_note(std::string_view text);

/// Returns the mark after `before`, which may be of another history or AOF.
DataMark next_mark(const std::optional<DataMark>& before, const HistoryPlace& place,
                   long long aof_size);

/// True if data was lost that had been written, as far as the note tells: the machine, which is
/// `boot` now, is another or was started anew, or the disk could not follow.
bool may_lack_the_end(const StateNote& note, const std::string& boot);

/// Returns how far the data in the volume reaches at most; if it `may_lack_the_end`, at least. An
/// AOF grows as the history does, except
/// for what is only published, so its size tells how far the data went on after the note. Data that
/// the note does not describe counts as just older than the note. `aof_size` is -1 if the server
/// will read the RDB.
HistoryPlace reach_of_data(const std::optional<DataMark>& mark, const RdbHead& rdb,
                           long long aof_size, bool may_lack_the_end);

}  // namespace dkr
