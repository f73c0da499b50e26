// The supervisor in want of memory, descriptors or somebody who reads its log: it stays, does its
// work, and the server does not notice.

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <functional>

#include "stage.hpp"
#include "support/signals.hpp"

namespace dkr::test {
namespace {

/// Lowers a limit of a process that has become redis, as that user itself: root would need
/// CAP_SYS_RESOURCE, which not every container has.
void limit(const Process& process, __rlimit_resource resource, rlim_t value) {
  Child redis(0, [&] {
    const rlimit both{value, value};
    must(setresgid(redis_gid, redis_gid, redis_gid), "setresgid");
    must(setresuid(redis_uid, redis_uid, redis_uid), "setresuid");
    return prlimit(process.pid(), resource, &both, nullptr);
  });
  ASSERT_EQ(redis.wait(), exited(0)) << "prlimit";
}

class Fault : public BothPlaces {
 protected:
  Launch start_with(const std::string& script, int timeout_ms) const {
    Launch start = launch(script);
    start.env.emplace_back("LOG_LEVEL=trace");
    start.env.push_back("REDIS_STOP_TIMEOUT_MS=" + std::to_string(timeout_ms));
    return start;
  }

  void expect_passed_on(const Process& supervisor, int signal) {
    supervisor.signal(signal);
    ASSERT_EQ(stage.heard(), from_supervisor(signal, GetParam()));
  }

  /// Signals, orphans, events that are logged, the end: all as ever although `strike` was called.
  void expect_normal_life(const Launch& start, const std::function<void(const Process&)>& strike) {
    Process supervisor(start);
    ASSERT_EQ(stage.heard(), "collecting");
    const pid_t server = server_of(supervisor);
    strike(supervisor);
    // Whatever the fault earns the supervisor (SIGPIPE, SIGXFSZ), the server gets these only.
    for (const int signal : {SIGHUP, SIGUSR1, SIGTERM, SIGINT, SIGWINCH, 64}) {
      expect_passed_on(supervisor, signal);
    }
    expect_passed_on(supervisor, 34);
    ASSERT_EQ(stage.heard(), "orphans");
    EXPECT_TRUE(wait_until([&] { return children_of(supervisor.pid()).size() == 1; }));
    EXPECT_EQ(server_of(supervisor), server);
    EXPECT_TRUE(stage.silent());
    expect_passed_on(supervisor, 35);
    EXPECT_EQ(supervisor.wait(), exited(3)) << supervisor.err();
  }

  /// The deadline of a deaf server holds although `strike` was called.
  void expect_deadline_holds(const Launch& start,
                             const std::function<void(const Process&)>& strike) {
    Process supervisor(start);
    ASSERT_EQ(stage.heard(), "up");
    strike(supervisor);
    supervisor.signal(SIGTERM);
    EXPECT_EQ(supervisor.wait(within(std::chrono::seconds(5))), exited(128 + SIGKILL))
        << supervisor.err();
  }

  Launch deaf() const { return start_with("ignore 15; say up; wait", 300); }
  Launch usual() const { return start_with("on 34 orphans 500; on 35 exit 3; collect", 60000); }
};
DKR_BOTH_PLACES(Fault);

void no_memory(const Process& supervisor) {
  const long kilobytes = ProcStatus(supervisor.pid()).number("VmSize");
  limit(supervisor, RLIMIT_AS, static_cast<rlim_t>(kilobytes) * 1024);
  limit(supervisor, RLIMIT_DATA, 0);
  limit(supervisor, RLIMIT_STACK, 0);
}

void no_descriptors(const Process& supervisor) {
  limit(supervisor, RLIMIT_NOFILE, 0);
}

void no_file_space(const Process& supervisor) {
  limit(supervisor, RLIMIT_FSIZE, 0);
}

void everything(const Process& supervisor) {
  no_memory(supervisor);
  no_descriptors(supervisor);
  no_file_space(supervisor);
  limit(supervisor, RLIMIT_SIGPENDING, 0);
  limit(supervisor, RLIMIT_NPROC, 0);
}

void nothing(const Process&) {}

TEST_P(Fault, NoMemory) {
  if (sanitized) {
    GTEST_SKIP() << "a sanitizer needs memory of its own";
  }
  expect_normal_life(usual(), no_memory);
  expect_deadline_holds(deaf(), no_memory);
}

TEST_P(Fault, NoDescriptors) {
  if (sanitized) {
    GTEST_SKIP() << "a sanitizer needs descriptors of its own";
  }
  expect_normal_life(usual(), no_descriptors);
  expect_deadline_holds(deaf(), no_descriptors);
}

TEST_P(Fault, LogMayNotGrow) {
  expect_normal_life(usual(), no_file_space);
  expect_deadline_holds(deaf(), no_file_space);
}

TEST_P(Fault, AllAtOnce) {
  if (sanitized) {
    GTEST_SKIP() << "a sanitizer needs memory of its own";
  }
  expect_normal_life(usual(), everything);
  expect_deadline_holds(deaf(), everything);
}

TEST_P(Fault, LogOnAFullDevice) {
  const Fd full = open_file("/dev/full", O_WRONLY);
  Launch start = usual();
  start.fds[2] = full.get();
  expect_normal_life(start, nothing);
}

TEST_P(Fault, NobodyAtTheOtherEndOfTheLog) {
  Pipe log = make_pipe();
  Launch start = usual();
  start.fds[2] = log.write.get();
  expect_normal_life(start, [&](const Process&) {
    log.read.close();
    log.write.close();
  });
}

TEST_P(Fault, NobodyAtTheOtherEndOfTheLogFromTheStart) {
  Pipe log = make_pipe();
  log.read.close();
  Launch start = usual();
  start.fds[2] = log.write.get();
  expect_normal_life(start, nothing);
}

/// Writes until a pipe is full.
void fill(const Fd& pipe) {
  must(fcntl(pipe.get(), F_SETFL, O_NONBLOCK), "O_NONBLOCK");
  for (const std::size_t size : {4096U, 1U}) {
    const std::string block(size, 'x');
    while (write(pipe.get(), block.data(), block.size()) > 0) {
    }
  }
  must(fcntl(pipe.get(), F_SETFL, 0), "blocking again");
}

TEST_P(Fault, NobodyReadsTheLog) {
  const Pipe log = make_pipe();
  Launch start = usual();
  start.fds[2] = log.write.get();
  expect_normal_life(start, [&](const Process&) { fill(log.write); });
}

TEST_P(Fault, NobodyReadsTheLogAtTheDeadline) {
  const Pipe log = make_pipe();
  Launch start = deaf();
  start.fds[2] = log.write.get();
  expect_deadline_holds(start, [&](const Process&) { fill(log.write); });
}

}  // namespace
}  // namespace dkr::test
