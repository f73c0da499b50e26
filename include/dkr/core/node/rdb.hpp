#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace dkr {

/// What the head of an RDB says about the rest.
struct RdbHead {
  bool valid = false;          ///< it begins like an RDB
  int version = 0;             ///< of its format; 0: unknown
  bool valkey = false;         ///< the version is one of Valkey's own
  std::string replication_id;  ///< if saved by a master with replicas or by a replica; else empty
  long long offset = -1;       ///< in that history; -1: unknown
  long long saved_at = 0;      ///< seconds since 1970; 0: unknown
  long long keys = -1;         ///< in database 0; -1: unknown
  bool empty = false;          ///< it has no keys, and ends at `size`
  std::size_t size = 0;
};

/// How many bytes of a file are enough for the head.
inline constexpr std::size_t rdb_head_size = 1024;

/// Parses the magic and the fields after it. Source: rdbSaveRio and rdbSaveInfoAuxFields in rdb.c;
/// Valkey 9 writes "VALKEY".
RdbHead parse_rdb_head(std::string_view bytes);

/// What an RDB is to an AOF beside it.
enum class LaterRdb {
  no,       ///< the AOF has all that it has
  whole,    ///< saved after the last write to the AOF: by a server that has written to no AOF since
  smaller,  ///< the same, but it has fewer keys than the AOF began with
};

/// Compares an RDB with an AOF, of which the base and the second of the last write are known.
LaterRdb compare_to_aof(const RdbHead& rdb, const RdbHead& base, long long last_write);

/// Returns an RDB without keys in such a format. A server's own check program says by it whether it
/// reads that format.
std::string empty_rdb(int version, bool valkey);

/// Every server of ours reads this version and older ones.
inline constexpr int oldest_rdb_version = 9;

/// Returns the files that an AOF manifest names. Source: aofLoadManifestFromFile in aof.c.
std::vector<std::string> files_of_manifest(std::string_view manifest);

}  // namespace dkr
