// What the supervisor leaves with.

#include <algorithm>
#include <deque>

#include "stage.hpp"
#include "support/signals.hpp"

namespace dkr::test {
namespace {

class Exit : public BothPlaces {};
DKR_BOTH_PLACES(Exit);

TEST_P(Exit, PassesOnEveryCode) {
  constexpr std::size_t at_once = 4;
  const int step = sanitized ? 15 : 1;
  std::deque<std::pair<int, Process>> running;
  const auto finish_first = [&] {
    EXPECT_EQ(running.front().second.wait(), exited(running.front().first));
    running.pop_front();
  };
  for (int code = 0; code <= 255; code += step) {
    if (running.size() == at_once) {
      finish_first();
    }
    running.emplace_back(std::piecewise_construct, std::forward_as_tuple(code),
                         std::forward_as_tuple(launch("exit " + std::to_string(code))));
  }
  while (!running.empty()) {
    finish_first();
  }
}

TEST_P(Exit, Is128PlusTheSignalThatEndedTheServer) {
  const std::vector<int> harmless{SIGCHLD, SIGCONT, SIGSTOP, SIGTSTP,
                                  SIGTTIN, SIGTTOU, SIGURG,  SIGWINCH};
  for (int signal = 1; signal <= 64; ++signal) {
    if (std::find(harmless.begin(), harmless.end(), signal) == harmless.end()) {
      Process supervisor(launch("die " + std::to_string(signal)));
      EXPECT_EQ(supervisor.wait(), exited(128 + signal)) << "signal " << signal;
    }
  }
}

TEST_P(Exit, ComesAtOnceAlthoughGrandchildrenLive) {
  Process supervisor(launch("child a; orphan b; stray c; exit 7"));
  EXPECT_EQ(stage.heard(), "a");
  EXPECT_EQ(stage.heard(), "b");
  EXPECT_EQ(stage.heard(), "c");
  EXPECT_EQ(supervisor.wait(within(std::chrono::seconds(2))), exited(7));
}

TEST_P(Exit, ComesAlthoughSigchldWasInheritedAsIgnored) {
  Launch ignoring = launch("exit 5");
  ignoring.prepare.emplace_back([] { set_disposition(SIGCHLD, SIG_IGN); });
  EXPECT_EQ(Process(ignoring).wait(), exited(5));
}

TEST_P(Exit, ComesAlthoughEverythingWasInheritedAsBlockedAndIgnored) {
  Launch deaf = launch("exit 5");
  deaf.prepare.emplace_back([] {
    set_dispositions(SIG_IGN);
    set_mask(~0ULL);
  });
  EXPECT_EQ(Process(deaf).wait(), exited(5));
}

TEST_P(Exit, IsTheServersAlthoughAStoppedServerWasKilled) {
  Process supervisor(launch("say up; wait"));
  ASSERT_EQ(stage.heard(), "up");
  const pid_t server = server_of(supervisor);
  send(server, SIGSTOP);
  ASSERT_TRUE(wait_until([&] { return ProcStatus(server).state() == 'T'; }));
  send(server, SIGKILL);
  EXPECT_EQ(supervisor.wait(), exited(128 + SIGKILL));
}

}  // namespace
}  // namespace dkr::test
