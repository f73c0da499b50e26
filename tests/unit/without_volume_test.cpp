// When a server starts though its volume cannot be written to, and how.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "dkr/core/conf/conf_facts.hpp"
#include "dkr/core/decide/plan.hpp"
#include "dkr/core/settings/raw_settings.hpp"

namespace dkr {
namespace {

using Args = std::vector<std::string>;
using Home = ConfSource::Home;

StartFacts facts_of(const std::string& text, const Args& args, bool member = false,
                    const std::string& typed = {}, Home home = Home::fallback) {
  Settings settings = parse_settings({}, "/")->settings;
  settings.group.given = member;
  const ServerCommand command{"", "", args, false, typed};
  ContainerFacts local;
  local.volume = ContainerFacts::Volume::directory;
  local.server = "/usr/bin/redis-server";
  ServerConf conf = make_server_conf(settings, command, {}, {home, "/x.conf", text},
                                     [](const std::string&) { return Args(); });
  const Storage storage = storage_of(conf.effective, settings);
  return {{settings, command, {}, std::move(conf), {}, {}}, local, storage, NodeData{}, ""};
}

TEST(WithoutVolume, OnlyAServerThatKeepsNothingDoes) {
  const Args none{"--save", "", "--appendonly", "no"};
  struct Row {
    std::string what;
    std::string text;
    Args args;
    bool needs;
  };
  const std::vector<Row> rows{
      {"as Redis is by itself", "", {}, true},
      {"no RDB, no AOF", "", none, false},
      {"by its file", "save \"\"\nappendonly no\n", {}, false},
      {"no RDB", "appendonly yes\n", {"--save", ""}, true},
      {"no AOF", "appendonly no\n", {}, true},
      {"an RDB after all", "", {"--save", "", "--save", "60", "1"}, true},
      {"none after all", "save 60 1\nsave 30 1\n", none, false},
      {"an AOF after all", "appendonly no\nsave \"\"\n", {"--appendonly", "YES"}, true},
      {"it gets data of another", "replicaof h 1\n", none, true},
      {"and from nobody", "replicaof no one\n", none, false},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(make_plan(facts_of(row.text, row.args), {}).needs_volume, row.needs) << row.what;
  }
  EXPECT_TRUE(make_plan(facts_of("", none, true), {}).needs_volume) << "a member has a note";
}

TEST(WithoutVolume, ItsConfigurationComesOnStandardInput) {
  Plan plan = make_plan(facts_of("maxmemory 1mb\n", {"--daemonize", "no"}), {});
  do_without_volume(plan);
  EXPECT_TRUE(plan.typed && plan.typed->find("\nmaxmemory 1mb\n") != std::string::npos)
      << *plan.typed;
  EXPECT_FALSE(plan.conf.has_value());
  EXPECT_EQ(plan.argv.at(1), "/proc/self/fd/0");
  EXPECT_EQ(plan.argv.at(2), "--daemonize");
}

TEST(WithoutVolume, WhatWasThereOnStandardInputComesAfterIt) {
  Plan plan = make_plan(facts_of("port 1\n", {"-"}, false, "port 2\n"), {});
  EXPECT_EQ(plan.typed, "port 2\n");
  do_without_volume(plan);
  EXPECT_TRUE(plan.typed && plan.typed->ends_with("\nport 1\nport 2\n")) << *plan.typed;
  EXPECT_NE(plan.argv.back(), "-");
}

TEST(WithoutVolume, AFileThatIsReadAsItIsStaysWhereItIs) {
  const std::string text = "save \"\"\nappendonly no\n";
  for (const Home home : {Home::given, Home::volume}) {
    Plan plan = make_plan(facts_of(text, {}, false, "", home), {});
    const auto argv = plan.argv;
    do_without_volume(plan);
    EXPECT_EQ(plan.argv, argv);
    EXPECT_FALSE(plan.typed.has_value());
  }
}

}  // namespace
}  // namespace dkr
