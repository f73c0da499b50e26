#include "dkr/core/base/text.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace dkr {
namespace {

using Words = std::optional<std::vector<std::string>>;

struct SplitRow {
  std::string text;
  Words words;
};

TEST(ShellWords, SplitAsAShellWould) {
  const std::vector<SplitRow> rows{
      {"", Words(std::vector<std::string>{})},
      {"   ", Words(std::vector<std::string>{})},
      {"--save 60 1", Words({"--save", "60", "1"})},
      {"  a\tb\nc ", Words({"a", "b", "c"})},
      {"--save ''", Words({"--save", ""})},
      {"--save \"\"", Words({"--save", ""})},
      {"'a b' \"c d\"", Words({"a b", "c d"})},
      {"a'b'\"c\"d", Words({"abcd"})},
      {R"(a\ b)", Words({"a b"})},
      {R"('a\b')", Words({R"(a\b)"})},
      {R"("a\"b\\c\$d\`e\f")", Words({R"(a"b\c$d`e\f)"})},
      {"$HOME * `id`", Words({"$HOME", "*", "`id`"})},
      {"'open", std::nullopt},
      {"\"open", std::nullopt},
      {"open\\", std::nullopt},
      {"\"open\\", std::nullopt},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(split_shell_words(row.text), row.words) << row.text;
  }
}

TEST(ConfLine, SplitsAsRedisDoes) {
  const std::vector<SplitRow> rows{
      {"", Words(std::vector<std::string>{})},
      {"save 900 1", Words({"save", "900", "1"})},
      {R"(save "")", Words({"save", ""})},
      {R"(requirepass "a b\"c\n\x41\xzz")", Words({"requirepass", "a b\"c\nAxzz"})},
      {R"(x 'it\'s \n')", Words({"x", R"(it's \n)"})},
      {R"(x "a"b)", std::nullopt},
      {R"(x 'a'b)", std::nullopt},
      {R"(x "open)", std::nullopt},
      {"x 'open", std::nullopt},
      {R"(x "\x4)", std::nullopt},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(split_conf_line(row.text), row.words) << row.text;
  }
}

TEST(ConfLine, QuotedArgumentsComeBack) {
  std::string every_byte;
  for (int byte = 0; byte < 256; ++byte) {
    every_byte += static_cast<char>(byte);
  }
  for (const std::string& argument :
       {std::string(), std::string("plain"), std::string("two words"), std::string("it's"),
        std::string("a\"b\\c"), std::string("#no"), every_byte}) {
    const auto words = split_conf_line("x " + quote_conf_argument(argument));
    ASSERT_TRUE(words.has_value()) << argument;
    EXPECT_EQ(*words, (std::vector<std::string>{"x", argument}));
  }
  EXPECT_EQ(quote_conf_argument("/data"), "/data");
}

TEST(Words, SmallHelpers) {
  EXPECT_EQ(lower("ReplicaOf 1"), "replicaof 1");
  EXPECT_EQ(trim(" \t a b\r\n"), "a b");
  EXPECT_EQ(trim(" \n"), "");
  EXPECT_EQ(edit_distance("REDIS_PROT", "REDIS_PORT"), 2U);
  EXPECT_EQ(edit_distance("", "abc"), 3U);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
}

}  // namespace
}  // namespace dkr
