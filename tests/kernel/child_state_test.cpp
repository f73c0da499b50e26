// The state in which the server is started.

#include <sys/stat.h>
#include <unistd.h>

#include "stage.hpp"
#include "support/signals.hpp"

namespace dkr::test {
namespace {

class ChildState : public BothPlaces {
 protected:
  /// The umask of the server when ours is this one.
  std::string umask_after(mode_t ours) {
    Launch start = launch("say up; wait");
    start.prepare.emplace_back([ours] { umask(ours); });
    const Process supervisor(start);
    EXPECT_EQ(stage.heard(), "up");
    return ProcStatus(server_of(supervisor)).text("Umask");
  }

  static void expect_pristine(pid_t server) {
    const ProcStatus status(server);
    EXPECT_EQ(status.signals("SigBlk"), 0U);
    EXPECT_EQ(status.signals("SigIgn"), 0U);
    EXPECT_EQ(status.signals("SigCgt"), 0U);
    EXPECT_EQ(status.signals("SigPnd"), 0U);
    EXPECT_EQ(status.signals("ShdPnd"), 0U);
  }
};
DKR_BOTH_PLACES(ChildState);

TEST_P(ChildState, NoSignalIsBlockedOrIgnored) {
  const Process supervisor(launch("say up; wait"));
  ASSERT_EQ(stage.heard(), "up");
  expect_pristine(server_of(supervisor));
}

TEST_P(ChildState, NoSignalIsBlockedOrIgnoredWhateverWasInherited) {
  Launch start = launch("say up; wait");
  start.prepare.emplace_back([] {
    set_dispositions(SIG_IGN);
    set_mask(~0ULL);
  });
  const Process supervisor(start);
  ASSERT_EQ(stage.heard(), "up");
  expect_pristine(server_of(supervisor));
}

TEST_P(ChildState, OwnProcessGroupInTheSameSession) {
  const Process supervisor(launch("say up; wait"));
  ASSERT_EQ(stage.heard(), "up");
  const pid_t server = server_of(supervisor);
  const auto stat = stat_of(server);
  EXPECT_EQ(stat[0], supervisor.pid());
  EXPECT_EQ(stat[1], server);
  EXPECT_EQ(stat[2], stat_of(supervisor.pid())[2]);
}

TEST_P(ChildState, StartsInTheVolume) {
  Launch start = launch("say up; wait");
  start.cwd = stage.root();
  const Process supervisor(start);
  ASSERT_EQ(stage.heard(), "up");
  EXPECT_EQ(link_of(server_of(supervisor), "cwd"), stage.data());
}

TEST_P(ChildState, EnvironmentIsUntouched) {
  const Launch start = launch("say up; wait");
  const Process supervisor(start);
  ASSERT_EQ(stage.heard(), "up");
  std::string expected;
  for (const auto& variable : start.env) {
    expected += variable + '\0';
  }
  const auto path = "/proc/" + std::to_string(server_of(supervisor)) + "/environ";
  EXPECT_EQ(read_file(path), expected);
}

TEST_P(ChildState, UmaskOf022BecomesPrivate) {
  EXPECT_EQ(umask_after(022), "0077");
}

TEST_P(ChildState, AnyOtherUmaskIsKept) {
  EXPECT_EQ(umask_after(027), "0027");
  EXPECT_EQ(umask_after(002), "0002");
  EXPECT_EQ(umask_after(0), "0000");
  EXPECT_EQ(umask_after(077), "0077");
}

TEST_P(ChildState, OomScoreAndLimitsAreInherited) {
  const Process supervisor(launch("say up; wait"));
  ASSERT_EQ(stage.heard(), "up");
  const auto row = [](pid_t pid, const std::string& name) {
    return read_file("/proc/" + std::to_string(pid) + "/" + name);
  };
  const pid_t server = server_of(supervisor);
  EXPECT_EQ(row(server, "oom_score_adj"), row(getpid(), "oom_score_adj"));
  EXPECT_EQ(row(server, "limits"), row(getpid(), "limits"));
}

TEST_P(ChildState, NothingIsWrittenToStdout) {
  Launch start = launch("ignore 15; say up; wait");
  start.env.emplace_back("LOG_LEVEL=trace");
  start.env.emplace_back("REDIS_STOP_TIMEOUT_MS=100");
  start.env.emplace_back("REDIS_DATA_DIRR=/typing-error");
  Process supervisor(start);
  ASSERT_EQ(stage.heard(), "up");
  supervisor.signal(SIGTERM);
  EXPECT_EQ(supervisor.wait(), exited(128 + SIGKILL));
  EXPECT_EQ(supervisor.out(), "");
  EXPECT_GE(lines_in(supervisor.err()), 2);
}

}  // namespace
}  // namespace dkr::test
