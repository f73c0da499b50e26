// The supervisor as a process: directory, descriptors, subreaper, death.

#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "stage.hpp"
#include "support/seccomp.hpp"
#include "support/signals.hpp"

namespace dkr::test {
namespace {

using Supervisor = BothPlaces;
DKR_BOTH_PLACES(Supervisor);

/// True once the supervisor has tidied up behind the start of the server.
bool settled_in_root(const Process& supervisor) {
  return wait_until([&] { return link_of(supervisor.pid(), "cwd") == "/"; });
}

TEST_P(Supervisor, DoesNotPinTheStartDirectory) {
  Launch start = launch("say up; wait");
  start.cwd = stage.root();
  const Process supervisor(start);
  ASSERT_EQ(stage.heard(), "up");
  EXPECT_TRUE(settled_in_root(supervisor));
}

TEST_P(Supervisor, DropsInheritedDescriptorsAndTheServerKeepsThem) {
  const Pipe pipe = make_pipe();
  const std::string pipe_name = fds_of(getpid()).at(pipe.write.get());
  Launch start = launch("say up; wait");
  for (const int fd : {3, 4, 7, 200}) {
    start.fds[fd] = pipe.write.get();
  }
  const Process supervisor(start);
  ASSERT_EQ(stage.heard(), "up");
  EXPECT_TRUE(wait_until([&] {
    for (const auto& [fd, target] : fds_of(supervisor.pid())) {
      if (target == pipe_name) {
        return false;
      }
    }
    return true;
  }));
  const auto fds = stage.fds_of_server(server_of(supervisor));
  EXPECT_EQ(fds.size(), 7U);
  for (const int fd : {3, 4, 7, 200}) {
    EXPECT_TRUE(fds.contains(fd) && fds.at(fd) == pipe_name) << fd;
  }
}

TEST_P(Supervisor, KeepsItsOwnDescriptorsFromTheServer) {
  const Process supervisor(launch("say up; wait"));
  ASSERT_EQ(stage.heard(), "up");
  const auto fds = stage.fds_of_server(server_of(supervisor));
  EXPECT_EQ(fds.size(), 3U) << "0, 1 and 2";
  for (const auto& [fd, target] : fds) {
    EXPECT_LE(fd, 2) << target;
  }
}

TEST_P(Supervisor, WorksWithoutNewerSystemCalls) {
  // An old kernel, and an old container engine's filter.
  for (const int error : {ENOSYS, EPERM}) {
    Launch start = launch("on 15 exit 9; say up; wait");
    const Calls newer{SYS_clone3,  SYS_close_range, SYS_pidfd_open, SYS_pidfd_send_signal,
                      SYS_openat2, SYS_faccessat2,  SYS_statx,      SYS_pidfd_getfd};
    start.prepare.push_back(failing(newer, error));
    Process supervisor(start);
    ASSERT_EQ(stage.heard(), "up") << supervisor.err();
    supervisor.signal(SIGTERM);
    EXPECT_EQ(supervisor.wait(), exited(9));
  }
}

TEST_P(Supervisor, SaysInOneLineWhenItCannotFork) {
  Launch start = launch("say up");
  start.env.emplace_back("LOG_LEVEL=error");
  start.prepare.push_back(failing({SYS_clone, SYS_clone3, SYS_fork, SYS_vfork}, EAGAIN));
  Process supervisor(start);
  EXPECT_EQ(supervisor.wait(), exited(71));
  EXPECT_EQ(lines_in(supervisor.err()), 1) << supervisor.err();
  EXPECT_TRUE(stage.silent());
}

class BelowPid1 : public KernelTest {
 protected:
  Launch below(const std::string& script) const {
    Launch start = stage.launch(script);
    start.place = Place::below;
    return start;
  }
};

TEST_F(BelowPid1, ServerDiesWithTheSupervisor) {
  Process supervisor(below("ignore 15; ignore 1; say up; wait"));
  ASSERT_EQ(stage.heard(), "up");
  const Fd server = open_pidfd(server_of(supervisor));
  supervisor.signal(SIGKILL);
  EXPECT_EQ(supervisor.wait(), killed(SIGKILL));
  EXPECT_TRUE(readable(server.get(), within(std::chrono::seconds(2))));
}

TEST_F(BelowPid1, ServerOfRootDiesWithTheSupervisorToo) {
  Launch start = below("say up; wait");
  start.env.emplace_back("SKIP_DROP_PRIVS=1");
  Process supervisor(start);
  ASSERT_EQ(stage.heard(), "up");
  const Fd server = open_pidfd(server_of(supervisor));
  supervisor.signal(SIGKILL);
  EXPECT_EQ(supervisor.wait(), killed(SIGKILL));
  EXPECT_TRUE(readable(server.get(), within(std::chrono::seconds(2))));
}

TEST_F(BelowPid1, ServerDoesNotStartWhenTheSupervisorDiedBeforehand) {
  // The supervisor is killed while its child is about to ask for a signal at that moment.
  Gate gate({SYS_prctl});
  Launch start = below("say up; wait");
  start.prepare.push_back(gate.close());
  Process supervisor(start);
  Fd child;
  while (child.get() < 0) {
    const auto held = gate.next();
    ASSERT_TRUE(held) << "nobody asked for a signal on the parent's death";
    if (held->pid != supervisor.pid() && held->argument[0] == PR_SET_PDEATHSIG) {
      child = open_pidfd(held->pid);
      supervisor.signal(SIGKILL);
      EXPECT_EQ(supervisor.wait(), killed(SIGKILL));
    }
    gate.release(*held);
  }
  EXPECT_TRUE(readable(child.get(), within(std::chrono::seconds(2))));
  EXPECT_TRUE(stage.silent());
}

TEST_F(BelowPid1, IsQuietAboutIt) {
  Process here(stage.launch("exit 0"));
  EXPECT_EQ(here.wait(), exited(0));
  Process there(below("exit 0"));
  EXPECT_EQ(there.wait(), exited(0));
  EXPECT_LE(lines_in(there.err()), lines_in(here.err())) << there.err();
}

}  // namespace
}  // namespace dkr::test
