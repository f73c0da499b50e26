// What the supervisor does with signals while the server runs.

#include "support/signals.hpp"

#include <set>

#include "stage.hpp"

namespace dkr::test {
namespace {

class Signals : public BothPlaces {
 protected:
  Launch patient(const std::string& script) const {
    Launch start = launch(script);
    start.env.emplace_back("REDIS_STOP_TIMEOUT_MS=60000");
    return start;
  }
};
DKR_BOTH_PLACES(Signals);

TEST_P(Signals, AllButKillStopChldArePassedOn) {
  Process supervisor(patient("collect"));
  ASSERT_EQ(stage.heard(), "collecting");
  for (int signal = 1; signal <= 64; ++signal) {
    if (signal != SIGKILL && signal != SIGSTOP && signal != SIGCHLD) {
      supervisor.signal(signal);
      // What else engines stop containers by is passed on as SIGTERM.
      const bool other_stop = signal == SIGQUIT || signal == SIGPWR || signal == SIGRTMIN + 3;
      ASSERT_EQ(stage.heard(), from_supervisor(other_stop ? SIGTERM : signal, GetParam()));
    }
  }
  send(server_of(supervisor), SIGKILL);
  EXPECT_EQ(supervisor.wait(), exited(128 + SIGKILL));
}

TEST_P(Signals, IgnoredOnesArePassedOnToo) {
  Launch start = patient("collect");
  start.prepare.emplace_back([] { set_dispositions(SIG_IGN); });
  const Process supervisor(start);
  ASSERT_EQ(stage.heard(), "collecting");
  for (const int signal : {SIGHUP, SIGINT, SIGTERM, SIGUSR1, 32, 64}) {
    supervisor.signal(signal);
    ASSERT_EQ(stage.heard(), from_supervisor(signal, GetParam()));
  }
}

TEST_P(Signals, PendingTogetherAreAllPassedOn) {
  const Process supervisor(patient("collect"));
  ASSERT_EQ(stage.heard(), "collecting");
  supervisor.signal(SIGSTOP);
  ASSERT_TRUE(wait_until([&] { return ProcStatus(supervisor.pid()).state() == 'T'; }));
  std::set<std::string> expected;
  for (const int signal : {SIGHUP, SIGUSR1, SIGUSR2, SIGTERM, SIGWINCH, 33, 40}) {
    supervisor.signal(signal);
    expected.insert(from_supervisor(signal, GetParam()));
  }
  supervisor.signal(SIGCONT);
  expected.insert(from_supervisor(SIGCONT, GetParam()));
  std::set<std::string> came;
  for (std::size_t count = 0; count < expected.size(); ++count) {
    came.insert(stage.heard());
  }
  EXPECT_EQ(came, expected);
}

TEST_P(Signals, SentStopStopsTheServerOnlyAndContResumesIt) {
  Process supervisor(launch("on 10 exit 6; say up; wait"));
  ASSERT_EQ(stage.heard(), "up");
  const pid_t server = server_of(supervisor);
  for (const int stop : {SIGTSTP, SIGTTIN, SIGTTOU}) {
    supervisor.signal(stop);
    ASSERT_TRUE(wait_until([&] { return ProcStatus(server).state() == 'T'; })) << stop;
    EXPECT_NE(ProcStatus(supervisor.pid()).state(), 'T');
    supervisor.signal(SIGCONT);
    ASSERT_TRUE(wait_until([&] { return ProcStatus(server).state() == 'S'; })) << stop;
  }
  supervisor.signal(SIGUSR1);
  EXPECT_EQ(supervisor.wait(), exited(6));
}

TEST_P(Signals, ForgedChldHarmsNothing) {
  Process supervisor(launch("on 10 exit 6; say up; wait"));
  ASSERT_EQ(stage.heard(), "up");
  for (int count = 0; count < 100; ++count) {
    supervisor.signal(SIGCHLD);
  }
  supervisor.signal(SIGUSR1);
  EXPECT_EQ(supervisor.wait(), exited(6));
}

TEST_P(Signals, FaultsSentByAProcessDoNotEndTheSupervisor) {
  Process supervisor(patient("ignore 6; ignore 11; on 10 exit 6; say up; wait"));
  ASSERT_EQ(stage.heard(), "up");
  for (const int fault : {SIGABRT, SIGSEGV}) {
    supervisor.signal(fault);
  }
  supervisor.signal(SIGUSR1);
  EXPECT_EQ(supervisor.wait(), exited(6));
}

TEST_P(Signals, ReachTheServerNotItsGroup) {
  // Children of the server (a save) must not get what is meant for the server.
  Process supervisor(launch("child save; on 10 exit 6; say up; wait"));
  ASSERT_EQ(stage.heard(), "save");
  ASSERT_EQ(stage.heard(), "up");
  const auto children = children_of(server_of(supervisor));
  ASSERT_EQ(children.size(), 1U);
  supervisor.signal(SIGWINCH);
  supervisor.signal(SIGHUP);
  EXPECT_EQ(supervisor.wait(), exited(128 + SIGHUP));
  if (GetParam() == Place::below) {
    EXPECT_TRUE(wait_until([&] { return ProcStatus(children[0]).state() == 'S'; }));
  }
}

TEST_P(Signals, IdleSupervisorNeverWakes) {
  const Process supervisor(launch("say up; wait"));
  ASSERT_EQ(stage.heard(), "up");
  const auto switches = [&] {
    return ProcStatus(supervisor.pid()).number("voluntary_ctxt_switches");
  };
  ASSERT_TRUE(wait_until([&] {  // settled: nothing happened for a while
    const long before = switches();
    pass(std::chrono::milliseconds(100));
    return switches() == before;
  }));
  const long before = switches();
  pass(std::chrono::seconds(2));
  EXPECT_EQ(switches(), before);
}

}  // namespace
}  // namespace dkr::test
