// Whose process it is.

#include <grp.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "stage.hpp"

namespace dkr::test {
namespace {

namespace fs = std::filesystem;

std::string four(unsigned id) {
  const std::string text = std::to_string(id);
  return text + " " + text + " " + text + " " + text;
}

std::function<void()> become(unsigned id) {
  return [id] {
    must(setgroups(0, nullptr), "setgroups");
    must(setresgid(id, id, id), "setresgid");
    must(setresuid(id, id, id), "setresuid");
  };
}

/// Root that cannot get these capabilities back.
std::function<void()> without(std::vector<int> capabilities) {
  return [capabilities] {
    for (const int capability : capabilities) {
      must(prctl(PR_CAPBSET_DROP, capability, 0, 0, 0), "PR_CAPBSET_DROP");
    }
  };
}

class Identity : public BothPlaces {};
DKR_BOTH_PLACES(Identity);

void expect_redis(pid_t pid) {
  const ProcStatus status(pid);
  EXPECT_EQ(status.text("Uid"), four(redis_uid));
  EXPECT_EQ(status.text("Gid"), four(redis_gid));
  const std::string gid = std::to_string(redis_gid);
  const std::string extra = std::to_string(extra_gid);
  EXPECT_EQ(status.text("Groups"), gid + " " + extra);
  EXPECT_EQ(status.text("NoNewPrivs"), "1");
  for (const auto* set : {"CapPrm", "CapEff", "CapInh", "CapAmb"}) {
    EXPECT_EQ(status.signals(set), 0U) << set;
  }
}

TEST_P(Identity, RootBecomesRedisForGood) {
  const Process supervisor(launch("say up; wait"));
  ASSERT_EQ(stage.heard(), "up");
  expect_redis(supervisor.pid());
  expect_redis(server_of(supervisor));
}

TEST_P(Identity, RootsGroupsAreDropped) {
  Launch start = launch("say up; wait");
  start.prepare.emplace_back([] {
    const gid_t groups[] = {0, 1, 27};
    must(setgroups(3, groups), "setgroups");
  });
  const Process supervisor(start);
  ASSERT_EQ(stage.heard(), "up");
  expect_redis(supervisor.pid());
  expect_redis(server_of(supervisor));
}

TEST_P(Identity, UserValkeyWillDo) {
  for (const auto* file : {"passwd", "group"}) {
    std::string text = read_file(stage.root() / file);
    for (auto at = text.find("redis"); at != std::string::npos; at = text.find("redis")) {
      text.replace(at, 5, "valkey");
    }
    write_file(stage.root() / file, text);
  }
  const Process supervisor(launch("say up; wait"));
  ASSERT_EQ(stage.heard(), "up");
  expect_redis(server_of(supervisor));
}

TEST_P(Identity, RootStaysRootWhenAsked) {
  Launch start = launch("say up; wait");
  start.env.emplace_back("SKIP_DROP_PRIVS=1");
  const Process supervisor(start);
  ASSERT_EQ(stage.heard(), "up");
  EXPECT_EQ(ProcStatus(supervisor.pid()).text("Uid"), "0 0 0 0");
  EXPECT_EQ(ProcStatus(server_of(supervisor)).text("Uid"), "0 0 0 0");
}

TEST_P(Identity, OtherUserStaysWhoItIs) {
  must(chown(stage.data().c_str(), other_uid, other_uid), "chown");
  Launch start = launch("say up; wait");
  start.prepare.push_back(become(other_uid));
  const Process supervisor(start);
  ASSERT_EQ(stage.heard(), "up") << supervisor.err();
  EXPECT_EQ(ProcStatus(supervisor.pid()).text("Uid"), four(other_uid));
  EXPECT_EQ(ProcStatus(server_of(supervisor)).text("Uid"), four(other_uid));
}

TEST_P(Identity, OtherUserMayWriteByItsGroupOnly) {
  must(chown(stage.data().c_str(), 0, other_uid), "chown");
  fs::permissions(stage.data(), fs::perms(0775));
  Launch start = launch("exit 3");
  start.prepare.push_back(become(other_uid));
  EXPECT_EQ(Process(start).wait(), exited(3));
}

TEST_P(Identity, OtherUserInAnUnwritableDirectoryIs78InOneLine) {
  Launch start = launch("say up");
  start.prepare.push_back(become(other_uid));
  Process supervisor(start);
  EXPECT_EQ(supervisor.wait(), exited(78));
  EXPECT_EQ(lines_in(supervisor.err()), 1) << supervisor.err();
  EXPECT_NE(supervisor.err().find(stage.data().string()), std::string::npos) << supervisor.err();
  EXPECT_TRUE(stage.silent());
  EXPECT_TRUE(fs::is_empty(stage.data()));
}

TEST_P(Identity, RootThatCannotSwitchSaysInOneLineWhatToDo) {
  for (const auto& missing : {std::vector<int>{CAP_SETUID}, std::vector<int>{CAP_SETGID},
                              std::vector<int>{CAP_SETUID, CAP_SETGID, CAP_CHOWN}}) {
    Launch start = launch("say up");
    start.prepare.push_back(without(missing));
    Process supervisor(start);
    const auto end = supervisor.wait();
    EXPECT_TRUE(end == exited(78) || end == exited(71));
    EXPECT_EQ(lines_in(supervisor.err()), 1) << supervisor.err();
    EXPECT_NE(supervisor.err().find("--user"), std::string::npos) << supervisor.err();
    EXPECT_TRUE(stage.silent());
  }
}

}  // namespace
}  // namespace dkr::test
