// SIGTERM, and servers that do not heed it.

#include "stage.hpp"
#include "support/signals.hpp"

namespace dkr::test {
namespace {

using std::chrono::milliseconds;

class Stop : public BothPlaces {
 protected:
  Launch limited(const std::string& script, int timeout_ms) const {
    Launch start = launch(script);
    start.env.push_back("REDIS_STOP_TIMEOUT_MS=" + std::to_string(timeout_ms));
    return start;
  }

  /// Waits for the end, which must be by SIGKILL to the server, said in the log, and in this span
  /// of time from now.
  static void expect_kill_after(Process& supervisor, Clock::time_point from, milliseconds least,
                                milliseconds most) {
    EXPECT_EQ(supervisor.wait(), exited(128 + SIGKILL));
    const auto took = Clock::now() - from;
    EXPECT_GE(took, least);
    EXPECT_LE(took, most);
    EXPECT_NE(supervisor.err().find("SIGKILL"), std::string::npos) << supervisor.err();
    EXPECT_EQ(supervisor.out(), "");
  }
};
DKR_BOTH_PLACES(Stop);

TEST_P(Stop, TermAndIntEndTheServer) {
  for (const int signal : {SIGTERM, SIGINT}) {
    Process supervisor(launch("say up; wait"));
    ASSERT_EQ(stage.heard(), "up");
    supervisor.signal(signal);
    EXPECT_EQ(supervisor.wait(), exited(128 + signal));
  }
}

TEST_P(Stop, ServersOwnCodeAfterTermIsPassedOn) {
  Process supervisor(launch("on 15 exit 0; say up; wait"));
  ASSERT_EQ(stage.heard(), "up");
  supervisor.signal(SIGTERM);
  EXPECT_EQ(supervisor.wait(), exited(0));
}

TEST_P(Stop, EveryStopSignalIsPassedOnButABurst) {
  const Process supervisor(limited("collect", 60000));
  ASSERT_EQ(stage.heard(), "collecting");
  const auto passes_on = [&](int signal) {
    supervisor.signal(signal);
    return stage.heard() == from_supervisor(signal, GetParam());
  };
  ASSERT_TRUE(passes_on(SIGTERM));
  supervisor.signal(SIGTERM);
  ASSERT_TRUE(passes_on(SIGINT)) << "the second SIGTERM comes first";
  pass(std::chrono::seconds(1));
  ASSERT_TRUE(passes_on(SIGTERM));
}

TEST_P(Stop, DeafServerIsKilledAtTheDeadline) {
  Process supervisor(limited("ignore 15; ignore 2; say up; wait", 400));
  ASSERT_EQ(stage.heard(), "up");
  const auto start = Clock::now();
  supervisor.signal(SIGTERM);
  expect_kill_after(supervisor, start, milliseconds(400), milliseconds(2000));
}

TEST_P(Stop, IntStartsTheDeadlineToo) {
  Process supervisor(limited("ignore 15; ignore 2; say up; wait", 300));
  ASSERT_EQ(stage.heard(), "up");
  const auto start = Clock::now();
  supervisor.signal(SIGINT);
  expect_kill_after(supervisor, start, milliseconds(300), milliseconds(2000));
}

TEST_P(Stop, SecondSigtermDoesNotMoveTheDeadline) {
  Process supervisor(limited("ignore 15; say up; wait", 1500));
  ASSERT_EQ(stage.heard(), "up");
  const auto start = Clock::now();
  for (int count = 0; count < 6; ++count) {
    supervisor.signal(SIGTERM);
    pass(milliseconds(200));
  }
  expect_kill_after(supervisor, start, milliseconds(1500), milliseconds(2500));
}

TEST_P(Stop, StoppedServerIsKilledAtTheDeadline) {
  Process supervisor(limited("say up; wait", 300));
  ASSERT_EQ(stage.heard(), "up");
  const pid_t server = server_of(supervisor);
  send(server, SIGSTOP);
  ASSERT_TRUE(wait_until([&] { return ProcStatus(server).state() == 'T'; }));
  const auto start = Clock::now();
  supervisor.signal(SIGTERM);
  expect_kill_after(supervisor, start, milliseconds(300), milliseconds(2000));
}

TEST_P(Stop, KillReachesTheServersGroup) {
  Process supervisor(limited("child save; ignore 15; say up; wait", 200));
  ASSERT_EQ(stage.heard(), "save");
  ASSERT_EQ(stage.heard(), "up");
  const auto children = children_of(server_of(supervisor));
  ASSERT_EQ(children.size(), 1U);
  const Fd save = open_pidfd(children[0]);
  supervisor.signal(SIGTERM);
  EXPECT_EQ(supervisor.wait(), exited(128 + SIGKILL));
  EXPECT_TRUE(readable(save.get(), within(std::chrono::seconds(2))));
}

TEST_P(Stop, OtherSignalsStartNoDeadline) {
  Process supervisor(limited("on 10 exit 4; say up; wait", 200));
  ASSERT_EQ(stage.heard(), "up");
  supervisor.signal(SIGWINCH);
  supervisor.signal(SIGCONT);
  pass(milliseconds(600));
  supervisor.signal(SIGUSR1);
  EXPECT_EQ(supervisor.wait(), exited(4));
}

TEST_P(Stop, SupervisorSleepsUntilTheDeadline) {
  const Process supervisor(limited("ignore 15; say up; wait", 60000));
  ASSERT_EQ(stage.heard(), "up");
  supervisor.signal(SIGTERM);
  const auto switches = [&] {
    return ProcStatus(supervisor.pid()).number("voluntary_ctxt_switches");
  };
  pass(milliseconds(300));
  const long before = switches();
  pass(milliseconds(1500));
  EXPECT_EQ(switches(), before);
}

}  // namespace
}  // namespace dkr::test
