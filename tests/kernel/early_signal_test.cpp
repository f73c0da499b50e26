// Signals before the server runs.

#include <sys/syscall.h>
#include <unistd.h>

#include "stage.hpp"
#include "support/seccomp.hpp"
#include "support/signals.hpp"

namespace dkr::test {
namespace {

class EarlySignal : public BothPlaces {};
DKR_BOTH_PLACES(EarlySignal);

/// Waits, looking all the time, until the supervisor has blocked all signals or gone further.
bool mask_seen(const Process& supervisor) {
  const Deadline deadline = within();
  while (Clock::now() < deadline) {
    const ProcStatus status(supervisor.pid());
    if (status.signals("SigBlk") == blockable_signals || !children_of(supervisor.pid()).empty()) {
      return true;
    }
  }
  return false;
}

void spin(Clock::duration time) {
  const Deadline end = within(time);
  while (Clock::now() < end) {
  }
}

TEST_P(EarlySignal, SigtermIsNeverLostOnceTheMaskIsSet) {
  const int runs = sanitized ? 60 : 300;
  int clean = 0;
  for (int run = 0; run < runs; ++run) {
    Process supervisor(launch("on 15 exit 0; wait"));
    ASSERT_TRUE(mask_seen(supervisor));
    // Every third one at once, the others spread over the whole start.
    spin(std::chrono::microseconds(run % 3 == 0 ? 0 : run * 7919 % 4000));
    supervisor.signal(SIGTERM);
    const auto end = supervisor.wait();
    ASSERT_TRUE(end == exited(143) || end == exited(0)) << "run " << run << supervisor.err();
    clean += end == exited(0) ? 1 : 0;
  }
  RecordProperty("ended by the server itself", clean);
}

TEST_P(EarlySignal, DuringThePreparationItEndsAtOnce) {
  // The volume has much to be handed over to redis; the supervisor is held in the midst of it.
  for (int count = 0; count < 100; ++count) {
    write_file(stage.data() / ("file" + std::to_string(count)), "");
  }
  for (const int signal : {SIGTERM, SIGINT}) {
    Gate gate({SYS_fchownat, SYS_fchown, SYS_lchown, SYS_chown});
    Launch start = launch("say up; wait");
    start.prepare.push_back(gate.close());
    Process supervisor(start);
    auto held = gate.next();
    ASSERT_TRUE(held);
    supervisor.signal(signal);
    int more = -1;
    for (; held; held = gate.next(within(std::chrono::milliseconds(300)))) {
      gate.release(*held);
      ++more;
    }
    EXPECT_EQ(supervisor.wait(), exited(128 + signal)) << supervisor.err();
    EXPECT_LE(more, 10) << "files were still handed over";
    EXPECT_TRUE(stage.silent());
  }
}

TEST_P(EarlySignal, PendingFromTheStartItEndsAtOnce) {
  for (const int signal : {SIGTERM, SIGINT}) {
    Launch start = launch("say up; wait");
    start.prepare.emplace_back([signal] {
      set_mask(signal_bit(signal));
      send(getpid(), signal);
    });
    Process supervisor(start);
    EXPECT_EQ(supervisor.wait(), exited(128 + signal)) << supervisor.err();
    EXPECT_TRUE(stage.silent());
  }
}

/// The system calls of a start, up to exec.
const Calls calls_of_a_start{
    SYS_openat,    SYS_newfstatat,  SYS_statx,     SYS_fchownat, SYS_umask,        SYS_capget,
    SYS_mkdir,     SYS_rename,      SYS_link,      SYS_fsync,    SYS_setgroups,    SYS_setresgid,
    SYS_setresuid, SYS_clone,       SYS_clone3,    SYS_setpgid,  SYS_faccessat2,   SYS_access,
    SYS_chdir,     SYS_close_range, SYS_signalfd4, SYS_prctl,    SYS_rt_sigpending};

/// Starts a server, and sends SIGTERM while a certain one of these calls is held.
class TermAtCall {
 public:
  TermAtCall(Stage& stage, Launch start, int call) {
    start.prepare.push_back(gate_.close());
    supervisor_.emplace(start);
    const Deadline deadline = within();
    for (int count = 0; goes_on(stage) && Clock::now() < deadline;) {
      const auto held = gate_.next(within(std::chrono::milliseconds(2)));
      if (!held) {
        continue;
      }
      // A call from before the mask was set promises nothing.
      const bool masked = ProcStatus(supervisor_->pid()).signals("SigBlk") == blockable_signals;
      if (masked && ++count == call) {
        supervisor_->signal(SIGTERM);
        sent_ = true;
      }
      gate_.release(*held);
    }
  }

  /// False: there were fewer calls.
  [[nodiscard]] bool sent() const { return sent_; }
  Process& supervisor() { return *supervisor_; }

 private:
  bool goes_on(Stage& stage) {
    up_ = up_ || !stage.silent();
    return !readable(supervisor_->pidfd(), Clock::now()) && (sent_ || !up_);
  }

  Gate gate_{calls_of_a_start};
  std::optional<Process> supervisor_;
  bool sent_ = false;
  bool up_ = false;
};

TEST_P(EarlySignal, AtEverySystemCallOfAStartItIsHeeded) {
  int call = 0;
  for (bool more = true; more;) {
    std::filesystem::remove_all(stage.data());
    std::filesystem::create_directory(stage.data());
    write_file(stage.data() / "dump.rdb", "REDIS0010");
    TermAtCall run(stage, launch("on 15 exit 0; say up; wait"), ++call);
    more = run.sent();
    if (more) {
      const auto end = run.supervisor().wait(within(std::chrono::seconds(2)));
      EXPECT_TRUE(end == exited(143) || end == exited(0)) << "call " << call << "\n"
                                                          << run.supervisor().err();
    }
    for (const auto& left : std::filesystem::directory_iterator(stage.data())) {
      EXPECT_NE(left.path().filename().string().front(), '.') << left.path() << " at call " << call;
    }
    while (!stage.silent()) {
    }
  }
  EXPECT_GT(call, 20) << "hardly anything was held";
}

TEST_P(EarlySignal, HeldInForkItReachesTheServer) {
  Gate gate({SYS_clone, SYS_clone3, SYS_fork, SYS_vfork});
  Launch start = launch("wait");
  start.prepare.push_back(gate.close());
  Process supervisor(start);
  const auto held = gate.next();
  ASSERT_TRUE(held);
  supervisor.signal(SIGTERM);
  gate.release(*held);
  while (const auto more = gate.next(within(std::chrono::milliseconds(200)))) {
    gate.release(*more);
  }
  EXPECT_EQ(supervisor.wait(), exited(143)) << supervisor.err();
}

TEST_P(EarlySignal, BetweenForkAndOwnGroupItReachesTheServer) {
  // The hole of inits that signal the group: the child is held before it has one.
  Gate gate({SYS_setpgid});
  Launch start = launch("wait");
  start.prepare.push_back(gate.close());
  Process supervisor(start);
  std::optional<Gate::Held> child;
  while (const auto held = gate.next(within(std::chrono::seconds(child ? 0 : 20)))) {
    if (held->pid == supervisor.pid()) {
      gate.release(*held);
    } else {
      child = held;
    }
  }
  ASSERT_TRUE(child);
  supervisor.signal(SIGTERM);
  EXPECT_TRUE(wait_until([&] {
    // The parent may come to its own setpgid only now.
    while (const auto held = gate.next(Clock::now())) {
      gate.release(*held);
    }
    const ProcStatus status(child->pid);
    const bool passed_on =
        ((status.signals("ShdPnd") | status.signals("SigPnd")) & signal_bit(SIGTERM)) != 0;
    return passed_on || ProcStatus(supervisor.pid()).state() == 'D';  // in vfork: cannot yet
  }));
  gate.release(*child);
  while (const auto held = gate.next(within(std::chrono::milliseconds(200)))) {
    gate.release(*held);
  }
  EXPECT_EQ(supervisor.wait(), exited(143)) << supervisor.err();
}

TEST_P(EarlySignal, OthersBeforeTheServerExistsDoNoHarm) {
  Gate gate({SYS_fchownat, SYS_fchown, SYS_lchown, SYS_chown});
  Launch start = launch("on 15 exit 4; say up; wait");
  start.prepare.push_back(gate.close());
  Process supervisor(start);
  auto held = gate.next();
  ASSERT_TRUE(held);
  for (const int signal : {SIGCHLD, SIGWINCH, SIGCONT, SIGTSTP, SIGHUP, SIGUSR1, SIGALRM}) {
    supervisor.signal(signal);
  }
  while (held) {
    gate.release(*held);
    held = gate.next(within(std::chrono::milliseconds(200)));
  }
  EXPECT_EQ(stage.heard(), "up");
  supervisor.signal(SIGTERM);
  EXPECT_EQ(supervisor.wait(), exited(4));
}

}  // namespace
}  // namespace dkr::test
