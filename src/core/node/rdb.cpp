#include "dkr/core/node/rdb.hpp"

#include <cstdint>
#include <limits>
#include <optional>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/base/text.hpp"
#include "dkr/core/base/timing.hpp"
#include "dkr/core/conf/conf.hpp"

namespace dkr {
namespace {

constexpr std::size_t magic_size = 9;
constexpr std::size_t checksum_size = 8;
constexpr unsigned aux_field = 0xFA;
constexpr unsigned select_database = 0xFE;
constexpr unsigned number_of_keys = 0xFB;
constexpr unsigned end_of_file = 0xFF;

/// A reader over bytes. Reading past the end returns nullopt.
struct Bytes {
  std::string_view rest;

  std::optional<unsigned> byte() {
    if (rest.empty()) {
      return std::nullopt;
    }
    const auto value = static_cast<unsigned char>(rest.front());
    rest.remove_prefix(1);
    return value;
  }

  std::optional<std::string> raw(std::size_t length) {
    if (rest.size() < length) {
      return std::nullopt;
    }
    std::string text(rest.substr(0, length));
    rest.remove_prefix(length);
    return text;
  }

  /// Reads a little-endian number of this many bytes.
  std::optional<std::string> number(unsigned bytes) {
    const auto text = raw(bytes);
    if (!text) {
      return std::nullopt;
    }
    std::uint32_t value = 0;
    for (unsigned i = 0; i < bytes; ++i) {
      value |= static_cast<std::uint32_t>(static_cast<unsigned char>((*text)[i])) << (8 * i);
    }
    return std::to_string(value);
  }

  /// Reads a length, also a long one. Source: rdbSaveLen.
  std::optional<long long> length() {
    const auto first = byte();
    if (!first) {
      return std::nullopt;
    }
    constexpr unsigned low = 0x3F;
    const unsigned kind = *first >> 6U;
    const bool wide = *first == 0x81;
    if (kind == 3 || (kind == 2 && (*first & low) > 1)) {
      return std::nullopt;
    }
    const auto rest_of_it = raw(kind == 2 ? (wide ? 8 : 4) : kind);
    unsigned long long value = kind == 2 ? 0 : *first & low;
    for (const char digit : rest_of_it.value_or("")) {
      value = value << 8U | static_cast<unsigned char>(digit);
    }
    return rest_of_it ? std::optional(static_cast<long long>(value)) : std::nullopt;
  }

  /// Reads a string; longer ones do not occur in a head. Source: rdbSaveLen, rdbTryIntegerEncoding.
  std::optional<std::string> string() {
    const auto first = byte();
    if (!first) {
      return std::nullopt;
    }
    constexpr unsigned low = 0x3F;
    switch (*first >> 6U) {
      case 0:
        return raw(*first & low);
      case 1: {
        const auto second = byte();
        return second ? raw((*first & low) << 8U | *second) : std::nullopt;
      }
      case 3:
        return (*first & low) < 3 ? number(1U << (*first & low)) : std::nullopt;
      default:
        return std::nullopt;
    }
  }
};

/// Reads how many keys database 0 has, where a database begins. Source: rdbSaveDb.
long long keys_of_database(Bytes in) {
  const auto database = in.length();
  return database == 0 && in.byte() == number_of_keys ? in.length().value_or(-1) : -1;
}

}  // namespace

RdbHead parse_rdb_head(std::string_view bytes) {
  RdbHead head;
  head.valid = bytes.starts_with("REDIS") || bytes.starts_with("VALKEY");
  if (!head.valid || bytes.size() < magic_size) {
    return head;
  }
  head.valkey = bytes.starts_with("VALKEY");
  const auto digits = bytes.substr(0, magic_size).substr(head.valkey ? 6 : 5);
  head.version = parse_count(digits, 0);
  Bytes in{bytes.substr(magic_size)};
  auto code = in.byte();
  while (code == aux_field) {
    const auto name = in.string();
    const auto value = in.string();
    if (!name || !value) {
      return head;
    }
    if (*name == "repl-id") {
      head.replication_id = *value;
    } else if (*name == "repl-offset") {
      head.offset = parse_number(*value, 0, std::numeric_limits<long long>::max()).value_or(-1);
    } else if (*name == "ctime") {
      head.saved_at = parse_number(*value, 0, std::numeric_limits<long long>::max()).value_or(0);
    }
    code = in.byte();
  }
  head.keys = code == select_database ? keys_of_database(in) : -1;
  head.empty = code == end_of_file;
  head.size = bytes.size() - in.rest.size() + checksum_size;
  return head;
}

LaterRdb compare_to_aof(const RdbHead& rdb, const RdbHead& base, long long last_write) {
  if (rdb.saved_at <=
      last_write + std::chrono::duration_cast<std::chrono::seconds>(rdb_time_slack).count()) {
    return LaterRdb::no;
  }
  return rdb.keys >= 0 && rdb.keys < base.keys ? LaterRdb::smaller : LaterRdb::whole;
}

std::string empty_rdb(int version, bool valkey) {
  const std::string magic = valkey ? "VALKEY" : "REDIS";
  const std::string digits = std::to_string(version);
  const std::size_t zeros = magic_size - magic.size() - digits.size();
  return magic + std::string(zeros, '0') + digits + static_cast<char>(end_of_file) +
         std::string(checksum_size, '\0');
}

std::vector<std::string> files_of_manifest(std::string_view manifest) {
  std::vector<std::string> files;
  for (const Directive& line : Conf(manifest).directives()) {
    if (line.name == "file" && !line.values.empty()) {
      files.push_back(line.values.front());
    }
  }
  return files;
}

}  // namespace dkr
