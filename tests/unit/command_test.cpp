#include "dkr/core/settings/command.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace dkr {
namespace {

using Argv = std::vector<std::string>;

struct ServerRow {
  Argv argv;
  std::string program;
  std::string conf;
  Argv args;
};

TEST(Command, TheServerIsSupervised) {
  const std::vector<ServerRow> rows{
      {{}, "", "", {}},
      {{"--port", "7000"}, "", "", {"--port", "7000"}},
      {{"-"}, "", "", {"-"}},
      {{"/x.conf"}, "", "/x.conf", {}},
      {{"/x.conf", "--save", ""}, "", "/x.conf", {"--save", ""}},
      {{"redis-server"}, "redis-server", "", {}},
      {{"valkey-server", "--save", ""}, "valkey-server", "", {"--save", ""}},
      {{"redis-server", "/etc/my"}, "redis-server", "/etc/my", {}},
      {{"/usr/bin/redis-server", "c", "--a"}, "/usr/bin/redis-server", "c", {"--a"}},
      {{"--version", "more"}, "", "", {"--version", "more"}},
  };
  for (const auto& row : rows) {
    const Command command = classify(row.argv);
    const auto* server = std::get_if<ServerCommand>(&command);
    ASSERT_NE(server, nullptr) << (row.argv.empty() ? "" : row.argv.front());
    EXPECT_EQ(server->program, row.program);
    EXPECT_EQ(server->conf_path, row.conf);
    EXPECT_EQ(server->args, row.args);
  }
}

TEST(Command, ASentinelByNameOrArgument) {
  for (const Argv& argv : {Argv{"redis-sentinel", "/s.conf", "--a", "1"},
                           Argv{"/bin/valkey-sentinel", "/s.conf", "--a", "1"},
                           Argv{"redis-server", "/s.conf", "--sentinel", "--a", "1"},
                           Argv{"redis-server", "/s.conf", "--a", "1", "--sentinel"},
                           Argv{"/s.conf", "--sentinel", "--a", "1"}}) {
    const Command command = classify(argv);
    const auto* server = std::get_if<ServerCommand>(&command);
    ASSERT_NE(server, nullptr) << argv.front();
    EXPECT_TRUE(server->sentinel) << argv.front();
    EXPECT_EQ(server->conf_path, "/s.conf") << argv.front();
    EXPECT_EQ(server->args, (Argv{"--a", "1"})) << argv.front();
  }
  EXPECT_TRUE(std::get<ServerCommand>(classify({"--sentinel"})).sentinel);
  EXPECT_FALSE(std::get<ServerCommand>(classify({"redis-server", "/s.conf"})).sentinel);
  EXPECT_TRUE(std::holds_alternative<ServerQuestion>(classify({"redis-sentinel", "--version"})));
}

TEST(Command, OnlyALoneSentinelIsTheMode) {
  const std::vector<ServerRow> rows{
      {{"redis-sentinel", "f", "--sentinel", "announce-ip", "A", "--sentinel", "announce-port",
        "1"},
       "redis-sentinel",
       "f",
       {"--sentinel", "announce-ip", "A", "--sentinel", "announce-port", "1"}},
      {{"--sentinel", "--sentinel", "monitor", "m", "h", "1", "2"},
       "",
       "",
       {"--sentinel", "monitor", "m", "h", "1", "2"}},
      {{"redis-server", "f", "--sentinel", "auth-pass", "m", "x", "--sentinel"},
       "redis-server",
       "f",
       {"--sentinel", "auth-pass", "m", "x"}},
      {{"valkey-sentinel", "--sentinel monitor m h 1 2", "--sentinel", "--port", "1"},
       "valkey-sentinel",
       "",
       {"--sentinel monitor m h 1 2", "--port", "1"}},
      {{"redis-server", "--sentinel", "-"}, "redis-server", "", {"-"}},
      {{"redis-server", "f", "--a", "--sentinel", "--b", "1"},
       "redis-server",
       "f",
       {"--a", "--sentinel", "--b", "1"}},
  };
  for (const auto& row : rows) {
    const Command command = classify(row.argv);
    const auto* server = std::get_if<ServerCommand>(&command);
    ASSERT_NE(server, nullptr) << row.argv.front();
    EXPECT_TRUE(server->sentinel) << row.argv.front();
    EXPECT_EQ(server->program, row.program) << row.argv.front();
    EXPECT_EQ(server->conf_path, row.conf) << row.argv.front();
    EXPECT_EQ(server->args, row.args) << row.argv.front();
  }
}

TEST(Command, AQuestionIsNot) {
  for (const Argv& argv : {Argv{"redis-server", "--version"}, Argv{"valkey-server", "-h"},
                           Argv{"-v"}, Argv{"redis-server", "--test-memory", "2"}}) {
    EXPECT_TRUE(std::holds_alternative<ServerQuestion>(classify(argv))) << argv.front();
  }
}

TEST(Command, AnythingElseReplacesUs) {
  for (const Argv& argv : {Argv{"redis-cli", "-h", "x"}, Argv{"sh"}, Argv{"redis-server2"}}) {
    const Command command = classify(argv);
    const auto* other = std::get_if<ExecCommand>(&command);
    ASSERT_NE(other, nullptr) << argv.front();
    EXPECT_EQ(other->argv, argv);
  }
}

TEST(Command, TheOfficialEntrypointIsUs) {
  const std::string entrypoint = "docker-entrypoint.sh";
  EXPECT_TRUE(std::holds_alternative<ServerCommand>(classify({entrypoint})));
  for (const std::string& name : {entrypoint, "/usr/local/bin/" + entrypoint}) {
    const auto server =
        std::get<ServerCommand>(classify({name, "redis-server", "/x.conf", "--port", "1"}));
    EXPECT_EQ(server.program, "redis-server");
    EXPECT_EQ(server.conf_path, "/x.conf");
    EXPECT_EQ(server.args, (Argv{"--port", "1"}));
  }
  EXPECT_EQ(std::get<ServerCommand>(classify({entrypoint, "--port", "1"})).args.size(), 2U);
  EXPECT_TRUE(std::get<ServerCommand>(classify({entrypoint, "redis-sentinel"})).sentinel);
  EXPECT_TRUE(std::holds_alternative<OwnCommand>(classify({entrypoint, "plan"})));
  EXPECT_EQ(std::get<ExecCommand>(classify({entrypoint, "sh", "-c", "x"})).argv.size(), 3U);
}

TEST(Command, AShellThatStartsTheServerIsABypass) {
  const std::vector<std::pair<Argv, std::string>> rows{
      {{"sh", "-c", "redis-server --requirepass $PW"}, "redis-server"},
      {{"/bin/bash", "-ec", "echo hi; exec \"redis-server\" /my.conf"}, "redis-server"},
      {{"sh", "-c", "sysctl -w x=1 && /usr/bin/valkey-server"}, "/usr/bin/valkey-server"},
      {{"sh", "-c", "(redis-sentinel /s.conf)&"}, "redis-sentinel"},
      {{"gosu", "redis", "redis-server"}, "redis-server"},
      {{"tini", "--", "redis-server", "--port", "1"}, "redis-server"},
      {{"env", "A=B", "redis-server"}, "redis-server"},
      {{"sh", "-c", "exec dkr-redis redis-server --requirepass $PW"}, ""},
      {{"sh", "-c", "docker-entrypoint.sh redis-server"}, ""},
      {{"sh", "-c", "redis-cli ping"}, ""},
      {{"sh"}, ""},
      {{"which", "redis-server"}, ""},
      {{"redis-cli", "-h", "redis-server"}, ""},
  };
  for (const auto& [argv, server] : rows) {
    const std::string line = bypass_in(argv);
    EXPECT_EQ(line.empty(), server.empty()) << argv.back() << ": " << line;
    EXPECT_TRUE(line.empty() || line.starts_with(argv.front() + " starts " + server + " without"))
        << line;
  }
}

TEST(Command, OursAreOurs) {
  using Name = OwnCommand::Name;
  const std::vector<std::pair<std::string, Name>> rows{
      {"run", Name::run},           {"plan", Name::plan},         {"observe", Name::observe},
      {"handover", Name::handover}, {"sentinel", Name::sentinel}, {"probe", Name::probe},
      {"doctor", Name::doctor},     {"status", Name::status},     {"version", Name::version},
      {"--help", Name::help},       {"help", Name::help},         {"completion", Name::completion}};
  for (const auto& [word, name] : rows) {
    const Command command = classify({word, "rest"});
    const auto* own = std::get_if<OwnCommand>(&command);
    ASSERT_NE(own, nullptr) << word;
    EXPECT_EQ(own->name, name);
    EXPECT_EQ(own->rest, Argv{"rest"});
  }
  EXPECT_EQ(std::get<OwnCommand>(classify({"--version"})).name, Name::version);
}

}  // namespace
}  // namespace dkr
