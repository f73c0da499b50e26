// Closed standard descriptors, and none of our words in a wrong place.

#include "stage.hpp"
#include "support/signals.hpp"

namespace dkr::test {
namespace {

/// Which of the descriptors 0, 1 and 2 are closed at the start: bit n for descriptor n.
class ClosedStdio : public testing::TestWithParam<unsigned> {
 protected:
  [[nodiscard]] static bool closed(int fd) { return (GetParam() >> fd & 1U) != 0; }

  /// A start that has much to say, with these descriptors closed.
  Launch talkative(unsigned without) const {
    Launch start = stage.launch("ignore 15; say up; wait");
    for (int fd = 0; fd <= 2; ++fd) {
      if ((without >> fd & 1U) != 0) {
        start.fds[fd] = -1;
      }
    }
    start.env.emplace_back("LOG_LEVEL=trace");
    start.env.emplace_back("REDIS_STOP_TIMEOUT_MS=100");
    start.env.emplace_back("REDIS_DATA_DIRR=/typing-error");
    return start;
  }

  /// Every file of the volume and the default configuration.
  [[nodiscard]] std::map<std::string, std::string> files() const {
    std::map<std::string, std::string> texts;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(stage.data())) {
      texts[entry.path().string()] = read_file(entry.path());
    }
    texts["default"] = read_file(stage.root() / "redis.conf");
    return texts;
  }

  /// What a run with nothing closed leaves behind; the volume is as before then.
  std::map<std::string, std::string> files_of_a_usual_run() {
    Process usual(talkative(0));
    EXPECT_EQ(stage.heard(), "up");
    usual.signal(SIGTERM);
    EXPECT_EQ(usual.wait(), exited(128 + SIGKILL));
    auto texts = files();
    std::filesystem::remove_all(stage.data());
    std::filesystem::create_directory(stage.data());
    return texts;
  }

  Stage stage;
};
INSTANTIATE_TEST_SUITE_P(Mask, ClosedStdio, testing::Range(1U, 8U));

TEST_P(ClosedStdio, ServerRunsAndSeesThemClosed) {
  const auto expected = files_of_a_usual_run();
  Process supervisor(talkative(GetParam()));
  ASSERT_EQ(stage.heard(), "up");
  const auto servers = stage.fds_of_server(server_of(supervisor));
  const auto ours = fds_of(supervisor.pid());
  for (int fd = 0; fd <= 2; ++fd) {
    EXPECT_EQ(servers.contains(fd), !closed(fd)) << fd;
    EXPECT_TRUE(!closed(fd) || !ours.contains(fd) || ours.at(fd) == "/dev/null") << ours.at(fd);
  }
  supervisor.signal(SIGTERM);
  supervisor.signal(SIGTERM);
  EXPECT_EQ(supervisor.wait(), exited(128 + SIGKILL));
  EXPECT_EQ(files(), expected);
  EXPECT_EQ(supervisor.out(), "");
}

}  // namespace
}  // namespace dkr::test
