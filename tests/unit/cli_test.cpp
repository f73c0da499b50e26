// Our own command line: flags, help and completion, all of them made from one table.

#include "dkr/app/cli.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "dkr/app/completion.hpp"
#include "dkr/core/health/probe.hpp"

namespace dkr {
namespace {

using Name = OwnCommand::Name;
using Argv = std::vector<std::string>;

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::size_t longest_line(const std::string& text) {
  std::size_t longest = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = std::min(text.find('\n', begin), text.size());
    longest = std::max(longest, end - begin);
    begin = end + 1;
  }
  return longest;
}

std::string refusal(Name name, const Argv& args) {
  const auto line = parse_command_line({name, args});
  if (!line) {
    EXPECT_EQ(line.error().status, ExitStatus::usage);
  }
  return line ? "" : line.error().text;
}

TEST(Cli, FlagsOfRunEndAtTheServer) {
  const SettingSpec* const port = &spec_of(&Settings::port);
  for (const Argv& args : {Argv{"--port", "7000", "redis-server", "--port", "1", "--help"},
                           Argv{"--port=7000", "--", "redis-server", "--port", "1", "--help"}}) {
    const auto line = parse_command_line({Name::run, args});
    ASSERT_TRUE(line);
    EXPECT_FALSE(line->help);
    EXPECT_EQ(line->flags.size(), 1U);
    EXPECT_EQ(line->flags.at(port).text, "7000");
    EXPECT_EQ(line->rest, (Argv{"redis-server", "--port", "1", "--help"}));
  }
}

TEST(Cli, ASecretIsInAFile) {
  const auto line = parse_command_line({Name::plan, {"--password-file", "/p", "--skip-fix-perms"}});
  ASSERT_TRUE(line);
  EXPECT_EQ(line->flags.at(&spec_of(&Settings::password)).file, "/p");
  EXPECT_EQ(line->flags.at(&spec_of(&Settings::skip_fix_perms)).text, "true");
  EXPECT_NE(refusal(Name::plan, {"--password", "s3cret"}), "");
}

TEST(Cli, CommandsHaveFlagsOfTheirOwn) {
  const auto observe = parse_command_line({Name::observe, {"--group", "g", "--json"}});
  ASSERT_TRUE(observe);
  EXPECT_TRUE(observe->json);
  const auto status = parse_command_line({Name::status, {"--watch", "--group", "g", "--json"}});
  ASSERT_TRUE(status);
  EXPECT_TRUE(status->watch && status->json);
  EXPECT_NE(refusal(Name::observe, {"--watch"}), "");
  const auto probe = parse_command_line({Name::probe, {"ready", "--role=master", "--port", "1"}});
  ASSERT_TRUE(probe);
  EXPECT_EQ(probe->word, "ready");
  EXPECT_EQ(probe->role, "master");
  EXPECT_EQ(probe->flags.size(), 1U);
  EXPECT_EQ(parse_command_line({Name::completion, {"bash"}})->word, "bash");
  const auto sentinel =
      parse_command_line({Name::sentinel, {"monitor", "g", "--file", "/f", "h", "1", "2"}});
  ASSERT_TRUE(sentinel);
  EXPECT_EQ(sentinel->word, "monitor");
  EXPECT_EQ(sentinel->file, "/f");
  EXPECT_EQ(sentinel->rest, (Argv{"g", "h", "1", "2"}));
  EXPECT_TRUE(parse_command_line({Name::handover, {"--port", "1", "--help"}})->help);
}

TEST(Cli, ARefusalNamesTheNearestFlag) {
  EXPECT_EQ(refusal(Name::observe, {"--jsn"}),
            "--jsn: no such flag (did you mean --json?); see dkr-redis observe --help");
  EXPECT_EQ(refusal(Name::run, {"--prot=7000"}),
            "--prot=7000: no such flag (did you mean --port?); the server's own arguments follow "
            "`--`; see dkr-redis run --help");
  EXPECT_FALSE(has(refusal(Name::run, {"--maxmemory", "1gb"}), "did you mean"));
  EXPECT_EQ(refusal(Name::handover, {"now"}),
            "now: handover takes flags only; see dkr-redis handover --help");
  EXPECT_TRUE(has(refusal(Name::probe, {"live", "--role"}), "--role"));
}

TEST(Cli, AMisspelledCommandIsGuessed) {
  EXPECT_EQ(suggest_command("obsreve"), "; did you mean \"observe\"?");
  EXPECT_EQ(suggest_command("hand-over"), "; did you mean \"handover\"?");
  EXPECT_EQ(suggest_command("sh"), "");
  EXPECT_EQ(suggest_command("redis-cli"), "");
}

TEST(Cli, HelpFitsAndHoldsEverySettingInItsGroup) {
  std::vector<std::string> texts{help_text()};
  for (const Name name : {Name::run, Name::plan, Name::observe, Name::status, Name::handover,
                          Name::sentinel, Name::pause, Name::resume, Name::probe, Name::doctor}) {
    texts.push_back(help_text(name));
  }
  for (const std::string& text : texts) {
    EXPECT_LE(longest_line(text), 100U) << text;
    EXPECT_TRUE(has(text, "Exit status: "));
    for (const SettingSpec& spec : setting_specs()) {
      const auto group = text.find(std::string(title_of(spec.group)) + " settings:");
      ASSERT_NE(group, std::string::npos);
      EXPECT_LT(group, text.find("  " + flag_of(spec) + " ")) << spec.name;
      EXPECT_TRUE(has(text, std::string(spec.name) + ". ")) << spec.name;
    }
  }
  EXPECT_TRUE(has(help_text(Name::probe), "--role master|replica"));
}

TEST(Cli, EachCommandHasHelp) {
  for (const OwnCommandSpec& spec : own_commands) {
    const std::string text = help_text(spec.name);
    EXPECT_TRUE(text.starts_with("Usage: dkr-redis " + std::string(spec.word))) << text;
    EXPECT_LE(longest_line(text), 100U) << text;
    EXPECT_TRUE(has(text, "Exit status: 0") || spec.name == Name::run) << text;
    EXPECT_TRUE(has(help_text(), "  " + std::string(spec.word) + " ")) << spec.word;
  }
}

TEST(Cli, TheCompletionHoldsEveryFlagAndChoice) {
  const std::string script = bash_completion();
  for (const SettingSpec& spec : setting_specs()) {
    EXPECT_TRUE(has(script, " " + flag_of(spec))) << spec.name;
    for (const std::string_view word : spec.choices) {
      EXPECT_TRUE(has(script, std::string(word))) << spec.name;
    }
  }
  for (const std::string& word : choices_of(Name::probe).words) {
    EXPECT_TRUE(probe_named(word)) << word;
  }
}

}  // namespace
}  // namespace dkr
