// A sentinel that waits for its master: PID 1 and its task. Nobody ever answers here.

#include <filesystem>

#include "stage.hpp"
#include "support/signals.hpp"

namespace dkr::test {
namespace {

class Waiting : public BothPlaces {
 protected:
  [[nodiscard]] Launch waiting(const std::vector<std::string>& more = {}) const {
    Launch made = launch("say up; wait");
    for (const char* entry : {"SENTINEL=1", "REDIS_MASTER_HOST=127.0.0.1", "REDIS_MASTER_PORT=1"}) {
      made.env.emplace_back(entry);
    }
    made.env.insert(made.env.end(), more.begin(), more.end());
    return made;
  }

  /// The task once it has said what it waits for; -1: it never does.
  static pid_t task_of(const Process& supervisor) {
    const bool waits = wait_until(
        [&] { return supervisor.err().find("waits for the master") != std::string::npos; });
    const auto children = children_of(supervisor.pid());
    return waits && !children.empty() ? children.front() : -1;
  }

  void expect_untouched() {
    EXPECT_TRUE(stage.silent()) << "the server ran";
    EXPECT_TRUE(std::filesystem::is_empty(stage.data()));
  }
};
DKR_BOTH_PLACES(Waiting);

TEST_P(Waiting, EndsAtOnceWhenToldToStop) {
  for (const int signal : {SIGTERM, SIGINT}) {
    Process supervisor(waiting());
    ASSERT_NE(task_of(supervisor), -1) << supervisor.err();
    const auto start = Clock::now();
    supervisor.signal(signal);
    EXPECT_EQ(supervisor.wait(), exited(128 + signal)) << supervisor.err();
    EXPECT_LT(Clock::now() - start, std::chrono::seconds(2));
    expect_untouched();
  }
}

TEST_P(Waiting, AMemberWithoutARoleEndsAtOnceToo) {
  write_file(stage.root() / "redis.conf", "port 2\n");
  Launch start = launch("say up; wait");
  for (const char* entry : {"REDIS_GROUP=redis", "REDIS_PEERS=0.0.0.1:1,127.0.0.1:1"}) {
    start.env.emplace_back(entry);
  }
  Process supervisor(start);
  ASSERT_TRUE(wait_until([&] {
    return supervisor.err().find("waits for its role") != std::string::npos;
  })) << supervisor.err();
  supervisor.signal(SIGTERM);
  EXPECT_EQ(supervisor.wait(), exited(143)) << supervisor.err();
  expect_untouched();
}

TEST_P(Waiting, OtherSignalsDoNotEndTheWait) {
  Process supervisor(waiting());
  const pid_t task = task_of(supervisor);
  ASSERT_NE(task, -1) << supervisor.err();
  for (const int signal : {SIGHUP, SIGUSR1, SIGALRM, SIGPIPE, SIGUSR2}) {
    supervisor.signal(signal);
  }
  EXPECT_TRUE(wait_until([&] {
    return (ProcStatus(task).signals("ShdPnd") & signal_bit(SIGUSR2)) != 0;
  })) << "it was not passed on";
  supervisor.signal(SIGTERM);
  EXPECT_EQ(supervisor.wait(), exited(143)) << supervisor.err();
}

TEST_P(Waiting, TheTaskIsNotRoot) {
  Process supervisor(waiting());
  const pid_t task = task_of(supervisor);
  ASSERT_NE(task, -1) << supervisor.err();
  const std::string uid = std::to_string(redis_uid);
  EXPECT_EQ(ProcStatus(task).text("Uid"), uid + " " + uid + " " + uid + " " + uid);
  EXPECT_EQ(ProcStatus(task).number("NoNewPrivs"), 1);
}

TEST_P(Waiting, ATaskThatDiesIsOneLine) {
  Process supervisor(waiting());
  const pid_t task = task_of(supervisor);
  ASSERT_NE(task, -1) << supervisor.err();
  send(task, SIGKILL);
  EXPECT_EQ(supervisor.wait(), exited(71));
  EXPECT_NE(supervisor.err().find("error: the look at the group failed"), std::string::npos)
      << supervisor.err();
  expect_untouched();
}

TEST_P(Waiting, AStopThatMeetsTheEndOfTheTaskIsHeeded) {
  Process supervisor(waiting({"REDIS_BOOT_TIMEOUT_MS=300"}));
  const pid_t task = task_of(supervisor);
  ASSERT_NE(task, -1) << supervisor.err();
  supervisor.signal(SIGSTOP);
  ASSERT_TRUE(wait_until([&] { return ProcStatus(task).state() == 'Z'; }));
  supervisor.signal(SIGTERM);
  supervisor.signal(SIGCONT);
  EXPECT_EQ(supervisor.wait(), exited(143)) << supervisor.err();
}

TEST_P(Waiting, HasAnEndWhenOneIsSet) {
  Process supervisor(waiting({"REDIS_BOOT_TIMEOUT_MS=300"}));
  EXPECT_EQ(supervisor.wait(), exited(69));
  EXPECT_NE(supervisor.err().find("no master of group redis in REDIS_BOOT_TIMEOUT_MS"),
            std::string::npos)
      << supervisor.err();
  expect_untouched();
}

/// The environment of a process, entries ended by NUL.
std::string environment_of(pid_t pid) {
  return read_file("/proc/" + std::to_string(pid) + "/environ");
}

using Secrets = BothPlaces;
DKR_BOTH_PLACES(Secrets);

TEST_P(Secrets, AreNotInAnyEnvironment) {
  Launch start = launch("say up; wait");
  start.env.emplace_back("REDIS_PASSWORD=s3cret");
  start.env.emplace_back("KEPT=yes");
  const Process supervisor(start);
  ASSERT_EQ(stage.heard(), "up");
  const std::string server = environment_of(server_of(supervisor));
  EXPECT_EQ(server.find("REDIS_PASSWORD"), std::string::npos);
  EXPECT_NE(server.find("KEPT=yes"), std::string::npos);
  const std::string ours = environment_of(supervisor.pid());
  EXPECT_EQ(ours.find("s3cret"), std::string::npos);
  EXPECT_NE(ours.find("KEPT=yes"), std::string::npos);
}

TEST_P(Secrets, MayStandInAFile) {
  Launch start = launch("say up; wait");
  write_file(stage.root() / "secret", "fr0m a file\r\n");
  start.env.push_back("REDIS_PASSWORD_FILE=" + (stage.root() / "secret").string());
  const Process supervisor(start);
  ASSERT_EQ(stage.heard(), "up");
  EXPECT_NE(read_file(stage.data() / "redis.conf").find("requirepass \"fr0m a file\"\n"),
            std::string::npos);

  start.env.emplace_back("REDIS_PASSWORD=both");
  Process refused(start);
  EXPECT_EQ(refused.wait(), exited(78));
  start.env.pop_back();
  start.env.back() += "-missing";
  Process missing(start);
  EXPECT_EQ(missing.wait(), exited(78));
}

}  // namespace
}  // namespace dkr::test
