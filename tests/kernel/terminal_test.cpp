// The supervisor on a terminal.

#include <unistd.h>

#include "stage.hpp"
#include "support/pty.hpp"
#include "support/signals.hpp"

namespace dkr::test {
namespace {

class OnTerminal : public BothPlaces {
 protected:
  Launch attached(const std::string& script) {
    Launch start = launch(script);
    start.fds[0] = terminal.slave();
    start.prepare.push_back(Terminal::take());
    return start;
  }
  Terminal terminal;
};
DKR_BOTH_PLACES(OnTerminal);

TEST_P(OnTerminal, ServerIsInFront) {
  const Process supervisor(attached("say up; wait"));
  ASSERT_EQ(stage.heard(), "up");
  const pid_t server = server_of(supervisor);
  const auto stat = stat_of(server);
  EXPECT_EQ(stat[1], server);
  EXPECT_NE(stat[3], 0) << "it has a terminal";
  EXPECT_EQ(stat[4], server);
}

TEST_P(OnTerminal, ControlCReachesTheServer) {
  Process supervisor(attached("say up; wait"));
  ASSERT_EQ(stage.heard(), "up");
  terminal.type("\x03");
  EXPECT_EQ(supervisor.wait(), exited(128 + SIGINT));
}

TEST_P(OnTerminal, SigtermAndExitStatusWorkAsEver) {
  Process supervisor(attached("on 15 exit 4; say up; wait"));
  ASSERT_EQ(stage.heard(), "up");
  supervisor.signal(SIGTERM);
  EXPECT_EQ(supervisor.wait(), exited(4));
}

TEST_P(OnTerminal, SignalsThatTheTerminalMakesAreNotPassedOn) {
  // Another process in the supervisor's own group earns it SIGTTIN and SIGTTOU; with that group in
  // front, ^Z earns it SIGTSTP. None is meant for the server.
  const Process supervisor(
      attached("say up; bother read; bother set; give-tty; say given; collect"));
  ASSERT_EQ(stage.heard(), "up");
  ASSERT_EQ(stage.heard(), "bothered " + std::to_string(SIGTTIN));
  ASSERT_EQ(stage.heard(), "bothered " + std::to_string(SIGTTOU));
  ASSERT_EQ(stage.heard(), "given");
  ASSERT_EQ(stage.heard(), "collecting");
  terminal.type("\x1a");
  ASSERT_TRUE(terminal.shows("^Z"));  // the echo comes after the signal
  supervisor.signal(SIGWINCH);        // a higher number: taken after all of them
  EXPECT_EQ(stage.heard(), from_supervisor(SIGWINCH, GetParam()));
  EXPECT_NE(ProcStatus(supervisor.pid()).state(), 'T');
}

TEST_P(OnTerminal, StopSignalsThatAProcessSendsArePassedOn) {
  const Process supervisor(attached("collect"));
  ASSERT_EQ(stage.heard(), "collecting");
  for (const int signal : {SIGTSTP, SIGCONT, SIGTTIN, SIGTTOU}) {
    supervisor.signal(signal);
    EXPECT_EQ(stage.heard(), from_supervisor(signal, GetParam()));
  }
}

TEST_P(OnTerminal, TerminalInTheBackgroundIsNoHindrance) {
  // The group in front is another one: to hand the terminal over earns a SIGTTOU.
  Launch start = attached("say up; exit 8");
  start.prepare.emplace_back([] {
    Child other(0, [] {
      setpgid(0, 0);
      set_mask(~0ULL);
      return tcsetpgrp(0, getpgrp());
    });
    must(other.wait() == exited(0) ? 0 : -1, "cannot go to the background");
  });
  Process supervisor(start);
  EXPECT_EQ(stage.heard(), "up");
  EXPECT_EQ(supervisor.wait(), exited(8));
}

}  // namespace
}  // namespace dkr::test
