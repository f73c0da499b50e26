// Orphans, zombies, and the one child that matters among them.

#include <algorithm>

#include "stage.hpp"
#include "support/signals.hpp"

namespace dkr::test {
namespace {

class Reaping : public BothPlaces {
 protected:
  /// True once the server is the supervisor's only child.
  static bool only_server_left(const Process& supervisor) {
    return wait_until([&] { return children_of(supervisor.pid()).size() == 1; });
  }

  /// The child of the supervisor with a name.
  static pid_t named(const Process& supervisor, const std::string& name) {
    pid_t found = -1;
    wait_until([&] {
      for (const pid_t child : children_of(supervisor.pid())) {
        if (ProcStatus(child).text("Name") == name) {
          found = child;
        }
      }
      return found > 0;
    });
    return found;
  }

  /// Stops the supervisor (as only somebody outside can), has both processes end in this order, and
  /// lets it go on: one SIGCHLD stands for both.
  static void end_unseen(const Process& supervisor, pid_t first, pid_t second) {
    supervisor.signal(SIGSTOP);
    ASSERT_TRUE(wait_until([&] { return ProcStatus(supervisor.pid()).state() == 'T'; }));
    for (const pid_t pid : {first, second}) {
      send(pid, SIGUSR1);
      ASSERT_TRUE(wait_until([&] { return ProcStatus(pid).state() == 'Z'; }));
    }
    supervisor.signal(SIGCONT);
  }
};
DKR_BOTH_PLACES(Reaping);

TEST_P(Reaping, LeavesNoZombieOfTenThousandOrphans) {
  Process supervisor(launch("orphans 10000; on 10 exit 3; say up; wait"));
  ASSERT_EQ(stage.heard(), "orphans");
  ASSERT_EQ(stage.heard(), "up");
  EXPECT_TRUE(only_server_left(supervisor));
  supervisor.signal(SIGUSR1);
  EXPECT_EQ(supervisor.wait(), exited(3));
}

TEST_P(Reaping, GoesOnWhileTheServerIsBusy) {
  Process supervisor(launch("on 34 orphans 100; on 35 exit 3; collect"));
  ASSERT_EQ(stage.heard(), "collecting");
  for (int round = 0; round < 20; ++round) {
    supervisor.signal(34);
    ASSERT_EQ(stage.heard(), from_supervisor(34, GetParam()));
    ASSERT_EQ(stage.heard(), "orphans");
  }
  EXPECT_TRUE(only_server_left(supervisor));
  supervisor.signal(35);
  EXPECT_EQ(supervisor.wait(), exited(3));
}

TEST_P(Reaping, AdoptsOrphansAndReapsThemWhenTheyEnd) {
  const Process supervisor(launch("orphan lonely; say up; wait"));
  ASSERT_EQ(stage.heard(), "lonely");
  ASSERT_EQ(stage.heard(), "up");
  const pid_t orphan = named(supervisor, "lonely");
  ASSERT_GT(orphan, 0);
  send(orphan, SIGKILL);
  EXPECT_TRUE(only_server_left(supervisor));
  EXPECT_FALSE(ProcStatus(orphan).exists());
}

TEST_P(Reaping, SeesTheServersEndBehindAnOrphans) {
  Process supervisor(launch("orphan lonely; on 10 exit 5; say up; wait"));
  ASSERT_EQ(stage.heard(), "lonely");
  ASSERT_EQ(stage.heard(), "up");
  const pid_t orphan = named(supervisor, "lonely");
  end_unseen(supervisor, orphan, server_of(supervisor));
  EXPECT_EQ(supervisor.wait(), exited(5));
}

TEST_P(Reaping, SeesTheServersEndBeforeAnOrphans) {
  Process supervisor(launch("orphan lonely; on 10 exit 5; say up; wait"));
  ASSERT_EQ(stage.heard(), "lonely");
  ASSERT_EQ(stage.heard(), "up");
  const pid_t orphan = named(supervisor, "lonely");
  end_unseen(supervisor, server_of(supervisor), orphan);
  EXPECT_EQ(supervisor.wait(), exited(5));
}

TEST_P(Reaping, OrphansEndChangesNothingForTheServer) {
  Process supervisor(launch("orphan lonely; on 10 exit 5; say up; wait"));
  ASSERT_EQ(stage.heard(), "lonely");
  ASSERT_EQ(stage.heard(), "up");
  send(named(supervisor, "lonely"), SIGSEGV);
  EXPECT_TRUE(only_server_left(supervisor));
  EXPECT_TRUE(wait_until([&] { return ProcStatus(server_of(supervisor)).state() == 'S'; }));
  supervisor.signal(SIGUSR1);
  EXPECT_EQ(supervisor.wait(), exited(5));
}

}  // namespace
}  // namespace dkr::test
