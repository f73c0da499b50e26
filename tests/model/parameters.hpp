#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace dkr::model {

using Index = std::size_t;

/// How a data node keeps what it has.
enum class Keeping {
  aof,       ///< every write is in the file at once; a loss of power costs the last second
  slow_aof,  ///< the disk is slow: the file is more than a second behind, also for a killed server
  rdb,       ///< only what was saved
};

/// What one group is like.
struct Parameters {
  Index nodes = 3;
  Index sentinels = 3;
  int quorum = 2;
  int down_after = 5;  ///< seconds
  int epoch = 0;       ///< in which the sentinels name the first master; 0: never failed over
  Keeping keeping = Keeping::aof;
  bool names = false;           ///< the group goes by host names, not by addresses
  bool peers = true;            ///< REDIS_PEERS is set
  bool backup = false;          ///< the last data node has replica-priority 0
  bool preferred = false;       ///< the first replica has a better priority than the others
  bool plain = false;           ///< the last data node is a server without dkr-redis
  int min_replicas = 0;         ///< the user's own min-replicas-to-write
  int seeds = 0;                ///< so many sentinels are told to the data nodes; 0: all
  bool second_address = false;  ///< every sentinel is found under two addresses
  bool big = false;             ///< so much data that loading and copying it takes time
  bool volumes = true;          ///< sentinels keep their configuration
  bool notes = true;            ///< the note can be written
  bool refuses = false;         ///< a host without its container refuses connections; else it is
                                ///< silent

  friend bool operator==(const Parameters&, const Parameters&) = default;
};

/// True if a group has all that makes a kind of groups unusual.
bool is_such(const Parameters& group, const Parameters& kind);

/// In one line: the settings that are not the usual ones, as `name=value`.
std::string to_text(const Parameters& parameters);

/// Nothing: there is no such setting or value.
std::optional<Parameters> parse_parameters(std::string_view line);

}  // namespace dkr::model
