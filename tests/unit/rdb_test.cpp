#include "dkr/core/node/rdb.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace dkr {
namespace {

/// A short string as it stands in an RDB.
std::string text(const std::string& value) {
  return static_cast<char>(value.size()) + value;
}

std::string field(const std::string& name, const std::string& encoded) {
  return '\xFA' + text(name) + encoded;
}

const std::string id(40, 'a');

TEST(RdbHead, TellsTheHistory) {
  const std::string fields =
      field("redis-ver", text("7.0.15")) + field("used-mem", std::string("\xC2\x10\x27\0\0", 5)) +
      field("repl-stream-db", std::string("\xC0\0", 2)) + field("repl-id", text(id));
  struct Row {
    std::string encoded;
    long long offset;
  };
  for (const Row& row :
       {Row{text("123456789012"), 123456789012}, Row{std::string("\xC0\x07", 2), 7},
        Row{std::string("\xC1\x01\x02", 3), 513},
        Row{std::string("\xC2\x00\x00\x01\x00", 5), 65536},
        Row{std::string("\x40\x03", 2) + "999", 999}}) {
    const auto head =
        parse_rdb_head("REDIS0010" + fields + field("repl-offset", row.encoded) + "\xFE" + "rest");
    EXPECT_TRUE(head.valid);
    EXPECT_EQ(head.replication_id, id);
    EXPECT_EQ(head.offset, row.offset);
    EXPECT_FALSE(head.empty);
  }
}

TEST(RdbHead, TellsWhetherThereAreKeys) {
  const std::string whole = "REDIS0010" + field("a", text("b")) + '\xFF' + "checksum";
  const auto head = parse_rdb_head(whole + "*1\r\n");
  EXPECT_TRUE(head.empty);
  EXPECT_EQ(head.size, whole.size());
  EXPECT_EQ(head.offset, -1);
  EXPECT_TRUE(parse_rdb_head("VALKEY080" + std::string("\xFF")).empty);
}

TEST(RdbHead, TellsTheFormat) {
  struct Row {
    std::string bytes;
    int version;
    bool valkey;
  };
  for (const Row& row :
       {Row{"REDIS0099", 99, false}, Row{"REDIS0012\xFA", 12, false},
        Row{"VALKEY080\xFF", 80, true}, Row{"REDIS", 0, false}, Row{"REDIS00x9", 0, false},
        Row{"REDIS-001", 0, false}, Row{"VALKEYxxx", 0, true}, Row{"*1\r\n$4\r\nx", 0, false}}) {
    const RdbHead head = parse_rdb_head(row.bytes);
    EXPECT_EQ(head.version, row.version) << row.bytes;
    EXPECT_EQ(head.valkey, row.valkey) << row.bytes;
  }
  for (const auto& [version, valkey] : {std::pair{9, false}, {12, false}, {80, true}}) {
    const RdbHead head = parse_rdb_head(empty_rdb(version, valkey));
    EXPECT_EQ(head.version, version);
    EXPECT_TRUE(head.empty);
    EXPECT_EQ(head.size, empty_rdb(version, valkey).size());
  }
}

TEST(RdbHead, TellsWhenItWasSavedAndHowManyKeysThereAre) {
  const std::string begin = "REDIS0010" + field("ctime", std::string("\xC2\x10\x27\0\0", 5));
  struct Row {
    std::string rest;
    long long keys;
  };
  const std::vector<Row> rows{
      {std::string("\xFE\0\xFB\x07\0", 5), 7},
      {std::string("\xFE\0\xFB\x41\x02\0", 6), 258},
      {std::string("\xFE\0\xFB\x80\0\1\0\0\0", 9), 65536},
      {std::string("\xFE\0\xFB\x81\0\0\0\1\0\0\0\0\0", 13), 4294967296},
      {std::string("\xFE\1\xFB\x07\0", 5), -1},
      {std::string("\xFE\0\xFB\x41", 4), -1},
      {std::string("\xFE\0\xFB\xC0\x07", 5), -1},
      {std::string("\xFE\0\x00\x01", 4), -1},
      {std::string("\xFE\0\xFB\x82", 4), -1},
      {"\xF5 a function", -1},
      {"\xFE", -1},
      {"\xFF", -1},
  };
  for (const Row& row : rows) {
    const RdbHead head = parse_rdb_head(begin + row.rest);
    EXPECT_EQ(head.saved_at, 10000);
    EXPECT_EQ(head.keys, row.keys) << row.rest;
  }
  EXPECT_EQ(parse_rdb_head("REDIS0010" + field("ctime", text("soon")) + '\xFF').saved_at, 0);
}

TEST(RdbHead, SaysWhetherAnAofIsOlder) {
  struct Row {
    long long saved_at;
    long long keys;
    long long base_keys;
    long long last_write;
    LaterRdb expected;
  };
  const std::vector<Row> rows{
      {100, 5, 5, 90, LaterRdb::whole},   {100, 6, 5, 90, LaterRdb::whole},
      {100, 4, 5, 90, LaterRdb::smaller}, {100, -1, 5, 90, LaterRdb::whole},
      {100, 5, -1, 90, LaterRdb::whole},  {100, 5, 5, 97, LaterRdb::whole},
      {100, 5, 5, 98, LaterRdb::no},      {100, 5, 5, 100, LaterRdb::no},
      {100, 4, 5, 200, LaterRdb::no},     {0, 5, 5, 90, LaterRdb::no},
      {0, 5, 5, 0, LaterRdb::no},
  };
  for (const Row& row : rows) {
    RdbHead rdb;
    RdbHead base;
    rdb.saved_at = row.saved_at;
    rdb.keys = row.keys;
    base.keys = row.base_keys;
    EXPECT_EQ(compare_to_aof(rdb, base, row.last_write), row.expected)
        << row.saved_at << ' ' << row.keys << ' ' << row.base_keys << ' ' << row.last_write;
  }
}

TEST(RdbHead, BearsAnything) {
  EXPECT_FALSE(parse_rdb_head("").valid);
  EXPECT_FALSE(parse_rdb_head("*1\r\n$4\r\n").valid);
  EXPECT_TRUE(parse_rdb_head("REDIS").valid);
  const std::string whole = "REDIS0010" + field("repl-id", text(id)) +
                            field("repl-offset", std::string("\xC2\x00\x00\x01\x00", 5)) + '\xFF';
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_FALSE(parse_rdb_head(whole.substr(0, length)).empty) << length;
  }
  EXPECT_EQ(parse_rdb_head("REDIS0010\xFA\x80").offset, -1);
  EXPECT_EQ(parse_rdb_head("REDIS0010" + field("repl-offset", text("-5"))).offset, -1);
}

TEST(AofManifest, NamesItsFiles) {
  EXPECT_EQ(files_of_manifest("file a.1.base.rdb seq 1 type b\nfile \"b c\" seq 2 type i\n"),
            (std::vector<std::string>{"a.1.base.rdb", "b c"}));
  EXPECT_TRUE(files_of_manifest("").empty());
}

}  // namespace
}  // namespace dkr
