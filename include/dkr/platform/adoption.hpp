#pragma once

#include <cstdint>
#include <string>

#include "dkr/core/base/result.hpp"
#include "dkr/core/node/storage.hpp"

namespace dkr {

/// An RDB that has become the beginning of an AOF.
struct Adopted {
  Storage storage;
  std::uint64_t device = 0;  ///< of the file that is the AOF
  std::uint64_t inode = 0;
  std::int64_t size = 0;
  std::string aside;  ///< folder that keeps the AOF which was there; empty: there was none
};

/// Makes the RDB the beginning of an AOF; one that is there is moved aside first.
Result<Adopted> adopt_rdb(const Storage& storage, bool over_aof);

/// Undoes an adoption that no server has built upon, so that its RDB and its AOF are as they were.
/// False if a server has written to the AOF, or something could not be undone.
bool withdraw(const Adopted& adopted);

/// Gives the files of an AOF the present time: all that its server saved until now is in it.
void mark_as_written(const Storage& storage);

}  // namespace dkr
