// Text on a terminal: tables, colours, what is cut off.

#include "dkr/core/base/screen.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace dkr {
namespace {

using namespace std::chrono_literals;

const std::vector<Column> columns{{"NAME"}, {"COUNT", true}, {"NOTE", false, true}, {"LAST"}};
const std::vector<std::vector<Span>> rows{{{"a"}, {"1"}, {"long"}, {"x"}},
                                          {{"longer"}, {"1000"}, {""}, {"y"}}};

std::string table(std::size_t width) {
  return to_text(table_lines(columns, rows, width), {});
}

TEST(Screen, ATableHasWholeColumns) {
  EXPECT_EQ(table(0),
            "NAME    COUNT  NOTE  LAST\n"
            "a           1  long  x\n"
            "longer   1000        y\n");
  EXPECT_EQ(table(25), table(0));
}

TEST(Screen, ATableThatDoesNotFitLosesWhatItCan) {
  const std::string narrow =
      "NAME    COUNT  LAST\n"
      "a           1  x\n"
      "longer   1000  y\n";
  EXPECT_EQ(table(24), narrow);
  EXPECT_EQ(table(5), narrow) << "no more than that";
}

TEST(Screen, AnEmptyColumnIsLeftOut) {
  EXPECT_EQ(to_text(table_lines({{"A"}, {"B"}, {"C"}}, {{{"1"}, {""}, {"3"}}}, 0), {}),
            "A  C\n1  3\n");
}

TEST(Screen, ColoursAreOnlyWhereTheyAreWanted) {
  const std::vector<ScreenLine> lines{{{"all "}, {"well", Tone::good}}, {{"", Tone::bad}}};
  EXPECT_EQ(to_text(lines, {}), "all well\n\n");
  EXPECT_EQ(to_text(lines, {true, 0, 0}), "all \x1b[32mwell\x1b[0m\n\n");
}

TEST(Screen, WhatIsBeyondIsCutOff) {
  const std::vector<ScreenLine> lines{{{"1234"}, {"5678", Tone::bad}}, {{"x"}}, {{"y"}}, {{"z"}}};
  EXPECT_EQ(to_text(lines, {true, 5, 0}), "1234\x1b[1;31m5\x1b[0m\nx\ny\nz\n");
  EXPECT_EQ(to_text(lines, {false, 4, 3}), "1234\nx\n...\n");
  EXPECT_EQ(to_text(lines, {false, 0, 4}), "12345678\nx\ny\nz\n");
}

TEST(Screen, AServerCannotControlTheTerminal) {
  EXPECT_EQ(to_text({{{"ERR \x1b[2J\r\n\x07\xc3\xa9"}}}, {}), "ERR ?[2J?????\n");
}

TEST(Screen, ARedrawnOneLeavesNothingOfTheOneBefore) {
  EXPECT_EQ(redrawn("a\nb\n", true), "\x1b[H\x1b[2Ja\x1b[K\nb\x1b[K\n\x1b[J");
  EXPECT_EQ(redrawn("a\n", false), "\x1b[Ha\x1b[K\n\x1b[J");
}

TEST(Screen, AgesHaveTwoUnits) {
  const std::vector<std::pair<std::chrono::milliseconds, std::string>> ages{
      {0ms, "0s"},   {999ms, "0s"},       {59s, "59s"},  {60s, "1m"},        {192s, "3m12s"},
      {3600s, "1h"}, {2h + 5min, "2h5m"}, {26h, "1d2h"}, {24h * 400, "400d"}};
  for (const auto& [age, text] : ages) {
    EXPECT_EQ(short_age(age), text);
  }
}

TEST(Screen, BytesHaveAFewDigits) {
  const std::vector<std::pair<long long, std::string>> sizes{
      {0, "0"},          {9999, "9999"},      {10'000, "10.0k"},
      {20'500, "20.5k"}, {3'100'000, "3.1M"}, {7'000'000'000, "7.0G"}};
  for (const auto& [bytes, text] : sizes) {
    EXPECT_EQ(short_bytes(bytes), text);
  }
}

TEST(Screen, TimesAreThoseOfTheLog) {
  using std::chrono::system_clock;
  EXPECT_EQ(utc_time(system_clock::time_point{}), "1970-01-01T00:00:00Z");
  EXPECT_EQ(utc_time(system_clock::time_point(1769860799s)), "2026-01-31T11:59:59Z");
  EXPECT_EQ(utc_time(system_clock::time_point(1709164800s + 1ms)), "2024-02-29T00:00:00Z");
}

}  // namespace
}  // namespace dkr
