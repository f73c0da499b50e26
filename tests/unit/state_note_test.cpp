// What the volume remembers, and how far its data can reach at most.

#include "dkr/core/node/state_note.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace dkr {
namespace {

/// What the stream to replicas may hold and an AOF does not.
constexpr long long slack = 1024;

DataMark mark_at(long long offset, long long aof_size, long long drift = 0) {
  return {{"h", offset}, aof_size, drift};
}

RdbHead rdb_of(const std::string& history, long long offset) {
  RdbHead head;
  head.valid = true;
  head.replication_id = history;
  head.offset = offset;
  return head;
}

TEST(StateNote, ComesBackFromItsText) {
  constexpr int most = std::numeric_limits<int>::max();
  const std::vector<StateNote> notes{
      {},
      {"redis", {}, {}, false},
      {"redis", mark_at(100, 50, 7), {}, false},
      {"redis", mark_at(0, -1), MinReplicas{1, 5}, true},
      {"", mark_at(std::numeric_limits<long long>::max() / 8, 0), MinReplicas{most, 0}, false},
      {"", {}, {}, true},
      {"redis", {}, {}, false, {{{"10.0.0.1", 6379}, {"redis-0.redis", 7000}}, true, 12}},
      {"", {}, {}, false, {{{"fd00::1", 6379}}, false, 0}},
      {"redis", {}, {}, false, {}, {}, "0b8e4a2c-aa55-4f6e-9c57-000000000001", true, 8000, 10},
      {"redis",
       {},
       {},
       false,
       {},
       {{{"10.1.0.1", 26379}, {"10.1.0.2", 26379}},
        {{"10.0.0.2", 6379}},
        std::chrono::milliseconds(5000)}},
  };
  for (const StateNote& note : notes) {
    const StateNote back = parse_state_note(to_text(note));
    EXPECT_EQ(to_text(back), to_text(note));
    EXPECT_EQ(back.group, note.group);
    EXPECT_EQ(back.mark.has_value(), note.mark.has_value()) << to_text(note);
    EXPECT_EQ(back.users_limits, note.users_limits) << to_text(note);
    EXPECT_EQ(back.fenced, note.fenced) << to_text(note);
    EXPECT_EQ(back.identity, note.identity) << to_text(note);
    EXPECT_EQ(back.memory, note.memory) << to_text(note);
    EXPECT_EQ(back.boot, note.boot) << to_text(note);
    EXPECT_EQ(back.aof_waits, note.aof_waits) << to_text(note);
    EXPECT_EQ(back.keys, note.keys) << to_text(note);
    EXPECT_EQ(back.users_priority, note.users_priority) << to_text(note);
  }
  StateNote paused;
  paused.paused_until = WallTime(std::chrono::seconds(1'800'000'000));
  EXPECT_EQ(parse_state_note(to_text(paused)).paused_until, paused.paused_until);
}

TEST(StateNote, OfAVersionBeforeNamesItsGroup) {
  const StateNote note = parse_state_note("version 1\ngroup redis\n");
  EXPECT_EQ(note.group, "redis");
  EXPECT_FALSE(note.mark || note.users_limits || note.fenced);
}

TEST(StateNote, WhatCannotBeReadIsMissing) {
  const std::string nothing = to_text({});
  for (const char* bad : {"",
                          "\n\n",
                          "group",
                          "data h 9223372036854775807 0 0",
                          "fenced no",
                          "group a b",
                          "data",
                          "data h",
                          "data h 1 2",
                          "data h x 1 0",
                          "data h 1 x 0",
                          "data h 1 2 x",
                          "data h -2 1 0",
                          "data h 1 2 0 0",
                          "data h 9223372036854775808 1 0",
                          "min-replicas",
                          "min-replicas 1",
                          "min-replicas x 1",
                          "min-replicas 1 x",
                          "min-replicas -1 1",
                          "min-replicas 1 2 3",
                          "min-replicas 2147483648 1",
                          "known-as",
                          "known-as 10.0.0.1",
                          "known-as 10.0.0.1 0",
                          "known-as 10.0.0.1 1 2",
                          "known-as a/b 6379",
                          "named no",
                          "epoch",
                          "epoch x",
                          "epoch 1 2",
                          "boot",
                          "boot a b",
                          "aof-waits no",
                          "keys many",
                          "down-after -1",
                          "priority -1",
                          "another line",
                          "\"group redis"}) {
    EXPECT_EQ(to_text(parse_state_note(bad)), nothing) << bad;
  }
}

TEST(StateNote, ADamagedLineTakesNoOtherWithIt) {
  const StateNote note =
      parse_state_note("group redis\ndata h x 1 0\n\x01\xFF\nmin-replicas 1 5\nfenced yes");
  EXPECT_EQ(note.group, "redis");
  EXPECT_FALSE(note.mark);
  EXPECT_EQ(note.users_limits, (MinReplicas{1, 5}));
  EXPECT_TRUE(note.fenced);
}

struct MarkRow {
  std::string what;
  std::optional<DataMark> before;
  DataMark next;
};

TEST(DataMark, TellsByHowMuchTheHistoryOutgrewTheAof) {
  const std::vector<MarkRow> rows{
      {"the first", {}, mark_at(200, 90)},
      {"the history grew by 100, the AOF by 40", mark_at(100, 50), mark_at(200, 90, 60)},
      {"as much", mark_at(100, 50), mark_at(200, 150)},
      {"the AOF grew by more", mark_at(100, 50), mark_at(110, 90)},
      {"of another history", DataMark{{"other", 100}, 50, 9}, mark_at(200, 90)},
      {"the AOF was made anew", mark_at(100, 500, 9), mark_at(200, 90)},
      {"there was no AOF", mark_at(100, -1), mark_at(200, 90)},
      {"there is none any more", mark_at(100, 50), mark_at(200, -1)},
  };
  for (const MarkRow& row : rows) {
    const DataMark next = next_mark(row.before, row.next.place, row.next.aof_size);
    EXPECT_EQ(next.place.replication_id, "h") << row.what;
    EXPECT_EQ(next.place.offset, row.next.place.offset) << row.what;
    EXPECT_EQ(next.aof_size, row.next.aof_size) << row.what;
    EXPECT_EQ(next.drift, row.next.drift) << row.what;
  }
}

struct ReachRow {
  std::string what;
  std::optional<DataMark> mark;
  RdbHead rdb;
  long long aof_size;
  std::string history;
  long long offset;
};

TEST(ReachOfData, IsAsFarAsTheHistoryMayHaveGoneInTheVolume) {
  const std::vector<ReachRow> rows{
      {"an AOF as it was", mark_at(100, 50), {}, 50, "h", 100 + slack},
      {"an AOF that grew", mark_at(100, 50), {}, 70, "h", 120 + slack},
      {"one that the history outgrows", mark_at(100, 50, 8), {}, 70, "h", 136 + slack},
      {"an RDB beside the AOF is not read", mark_at(100, 50), rdb_of("h", 900), 50, "h",
       100 + slack},
      {"an AOF smaller than noted", mark_at(100, 50), {}, 49, "h", 99},
      {"an AOF where none was noted", mark_at(100, -1), {}, 50, "h", 99},
      {"an RDB of the noted history", mark_at(100, -1), rdb_of("h", 80), -1, "h", 80},
      {"it was saved after the note", mark_at(100, -1), rdb_of("h", 120), -1, "h", 120},
      {"it stands in for the AOF that was", mark_at(100, 50), rdb_of("h", 80), -1, "h", 80},
      {"an RDB of another history", mark_at(100, -1), rdb_of("other", 800), -1, "h", 99},
      {"an RDB that names no history", mark_at(100, -1), rdb_of("", -1), -1, "h", 99},
      {"no note, and an RDB", {}, rdb_of("h", 80), -1, "h", 80},
      {"no note, and an AOF", {}, {}, 50, "", -1},
      {"no note, and an RDB beside an AOF", {}, rdb_of("h", 80), 50, "", -1},
      {"nothing", {}, {}, -1, "", -1},
  };
  for (const ReachRow& row : rows) {
    const HistoryPlace reach = reach_of_data(row.mark, row.rdb, row.aof_size, false);
    EXPECT_EQ(reach.replication_id, row.history) << row.what;
    EXPECT_EQ(reach.offset, row.offset) << row.what;
  }
}

TEST(ReachOfData, IsAtLeastSoFarIfTheEndMayBeMissing) {
  EXPECT_EQ(reach_of_data(mark_at(100, 50, 8), {}, 70, true).offset, 120);
  EXPECT_EQ(reach_of_data(mark_at(100, 50, 8), {}, 49, true).offset, 99);
  EXPECT_EQ(reach_of_data(mark_at(100, -1), rdb_of("h", 120), -1, true).offset, 120);
}

TEST(ReachOfData, LacksTheEndAfterALossOfPowerOrOnASlowDisk) {
  StateNote note;
  EXPECT_FALSE(may_lack_the_end(note, "one")) << "an old note";
  note.boot = "one";
  EXPECT_FALSE(may_lack_the_end(note, "one"));
  EXPECT_FALSE(may_lack_the_end(note, "")) << "unknown";
  EXPECT_TRUE(may_lack_the_end(note, "other"));
  note.aof_waits = true;
  EXPECT_TRUE(may_lack_the_end(note, "one"));
}

}  // namespace
}  // namespace dkr
