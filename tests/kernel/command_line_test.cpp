// What our own commands print: versions, help, a completion that bash understands; and what is
// logged beside it.

#include "stage.hpp"

namespace dkr::test {
namespace {

class CommandLine : public KernelTest {
 protected:
  /// Runs a program to its end; what it has written is in `out` and `err`.
  int code_of(const std::vector<std::string>& argv, const std::vector<std::string>& env = {}) {
    Launch start = stage.launch("exit 0");
    start.argv = argv;
    start.env.insert(start.env.end(), env.begin(), env.end());
    Process process(start);
    const auto end = process.wait();
    out = process.out();
    err = process.err();
    return end && end->how == Ended::How::exited ? end->value : -1;
  }

  [[nodiscard]] static bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
  }

  std::string out;
  std::string err;
};

TEST_F(CommandLine, TheVersionIsOurs) {
  EXPECT_EQ(code_of({binary(), "version"}), 0);
  EXPECT_TRUE(out.starts_with("dkr-redis ")) << out;
  const std::string version = out;
  EXPECT_EQ(code_of({binary(), "--version"}), 0);
  EXPECT_EQ(out, version);
}

TEST_F(CommandLine, EachCommandExplainsItself) {
  for (const char* command : {"run", "plan", "observe", "handover", "probe", "version", "help"}) {
    EXPECT_EQ(code_of({binary(), command, "--help"}), 0) << command;
    EXPECT_TRUE(out.starts_with("Usage: dkr-redis " + std::string(command))) << out;
    EXPECT_EQ(err, "");
    const std::string help = out;
    EXPECT_EQ(code_of({binary(), "help", command}), 0) << command;
    EXPECT_EQ(out, help);
  }
  EXPECT_EQ(code_of({binary(), "help", "obsreve"}), 64);
  EXPECT_EQ(code_of({binary(), "completion", "zsh"}), 64);
}

TEST_F(CommandLine, OnlyAProgramThatIsMissingIsAMisspelledCommand) {
  EXPECT_EQ(code_of({binary(), "obsreve"}), 127);
  EXPECT_TRUE(has(err, "obsreve: not found on PATH; did you mean \"observe\"?")) << err;
  std::filesystem::copy_file(stage.server(), stage.bin() / "obsreve");
  EXPECT_EQ(code_of({binary(), "obsreve"}), 0);
  EXPECT_EQ(err, "");
  EXPECT_EQ(code_of({binary(), "nobody"}), 127);
  EXPECT_FALSE(has(err, "did you mean")) << err;
}

TEST_F(CommandLine, DebugTellsWhatWasGivenAndTraceNoSecret) {
  const std::vector<std::string> given{"REDIS_PORT=7000", "REDIS_PASSWORD=s3cret",
                                       "REDIS_SENTINEL_PASSWORD=s3cret",
                                       "REDIS_SERVER_ARGS=--tls-key-file-pass s3cret"};
  const std::vector<std::string> observe{binary(),    "observe",       "--master-host",
                                         "127.0.0.1", "--master-port", "1"};
  EXPECT_EQ(code_of(observe, given), 69);
  EXPECT_EQ(err, "");
  for (const char* level : {"LOG_LEVEL=debug", "LOG_LEVEL=trace"}) {
    std::vector<std::string> all = given;
    all.emplace_back(level);
    EXPECT_EQ(code_of(observe, all), 69);
    EXPECT_TRUE(has(err, "dkr-redis debug: settings given: REDIS_PORT=7000, ")) << err;
    EXPECT_TRUE(has(err, "REDIS_SERVER_ARGS (not shown), ")) << err;
    EXPECT_TRUE(has(err, "--master-host=127.0.0.1, --master-port=1, ")) << err;
    EXPECT_TRUE(has(err, "REDIS_PASSWORD (not shown), ")) << err;
    EXPECT_TRUE(has(err, "dkr-redis debug: looked at group redis: node      127.0.0.1:1")) << err;
    EXPECT_FALSE(has(err, "s3cret")) << err;
    EXPECT_EQ(code_of({binary(), "run", "--port", "7002"}, all), 0);
    EXPECT_TRUE(has(err, "dkr-redis debug: plan: ")) << err;
    EXPECT_FALSE(has(err, "s3cret")) << err;
  }
}

TEST_F(CommandLine, BashCompletes) {
  const std::string script = R"(source <("$0" completion bash)
    complete_line() {
      COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
      _dkr_redis
      echo "${COMPREPLY[*]}"
    }
    complete -p dkr-redis
    complete_line dkr-redis ob
    complete_line dkr-redis probe r
    complete_line dkr-redis probe ready --rol
    complete_line dkr-redis probe ready --role m
    complete_line dkr-redis run --log-level d
    complete_line dkr-redis run --log-level = e
    complete_line dkr-redis run --on-crash =
    complete_line dkr-redis run --port ''
    complete_line dkr-redis plan --skip-fix-perms --sentinel-p
    complete_line dkr-redis help comp)";
  EXPECT_EQ(code_of({"/bin/bash", "-c", script, binary()}), 0);
  EXPECT_EQ(err, "");
  EXPECT_EQ(out,
            "complete -o default -F _dkr_redis dkr-redis\n"
            "observe\n"
            "ready\n"
            "--role\n"
            "master\n"
            "debug\n"
            "error\n"
            "auto restart failover exit\n"
            "\n"
            "--sentinel-port --sentinel-password-file\n"
            "completion\n");
}

}  // namespace
}  // namespace dkr::test
