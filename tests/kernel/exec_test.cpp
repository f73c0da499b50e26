// Programs that are missing or cannot be run, and those that replace us.

#include <sys/stat.h>
#include <unistd.h>

#include "stage.hpp"
#include "support/signals.hpp"

namespace dkr::test {
namespace {

namespace fs = std::filesystem;

class ExecFailure : public BothPlaces {
 protected:
  /// Starts, and gives the exit status; a line of ours must say why.
  int code_of(const Launch& start) {
    Process supervisor(start);
    const auto end = supervisor.wait();
    EXPECT_NE(supervisor.err().find("redis-server"), std::string::npos) << supervisor.err();
    EXPECT_EQ(supervisor.out(), "");
    EXPECT_TRUE(end && end->how == Ended::How::exited);
    return end ? end->value : -1;
  }
};
DKR_BOTH_PLACES(ExecFailure);

TEST_P(ExecFailure, NoServerOnPathIs127) {
  fs::remove(stage.server());
  EXPECT_EQ(code_of(launch("exit 0")), 127);
}

TEST_P(ExecFailure, MissingPathIs127) {
  Launch start = launch("exit 0");
  start.argv.push_back("/nowhere/redis-server");
  EXPECT_EQ(code_of(start), 127);
}

TEST_P(ExecFailure, MissingInterpreterIs127) {
  write_file(stage.server(), "#!/nowhere/interpreter\n");
  fs::permissions(stage.server(), fs::perms(0755));
  EXPECT_EQ(code_of(launch("exit 0")), 127);
}

TEST_P(ExecFailure, NotExecutableIs126) {
  fs::permissions(stage.server(), fs::perms(0644));
  Launch start = launch("exit 0");
  EXPECT_EQ(code_of(start), 126);
  start.argv.push_back(stage.server().string());
  EXPECT_EQ(code_of(start), 126);
}

TEST_P(ExecFailure, NotExecutableForTheUserRedisIs126) {
  fs::permissions(stage.server(), fs::perms(0700));
  EXPECT_EQ(code_of(launch("exit 0")), 126);
}

TEST_P(ExecFailure, DirectoryIs126) {
  fs::remove(stage.server());
  fs::create_directory(stage.server());
  Launch start = launch("exit 0");
  start.argv.push_back(stage.server().string());
  EXPECT_EQ(code_of(start), 126);
}

TEST_P(ExecFailure, NeitherProgramNorScriptIs126) {
  write_file(stage.server(),
             "\x7f"
             "ELF and nothing else");
  fs::permissions(stage.server(), fs::perms(0755));
  EXPECT_EQ(code_of(launch("exit 0")), 126);
}

/// Any program but a server.
class Replacement : public BothPlaces {
 protected:
  Launch replaced(const std::string& script) const {
    const fs::path program = stage.bin() / "program";
    fs::copy_file(stage.server(), program, fs::copy_options::overwrite_existing);
    Launch start = launch(script);
    start.argv.push_back("program");
    return start;
  }
};
DKR_BOTH_PLACES(Replacement);

TEST_P(Replacement, IsTheSameProcessAndTheSameUser) {
  const Process program(replaced("say up; wait"));
  ASSERT_EQ(stage.heard(), "up");
  const ProcStatus status(program.pid());
  EXPECT_EQ(status.text("Name"), "program");
  EXPECT_EQ(status.text("Uid"), "0 0 0 0");
  EXPECT_EQ(status.text("NoNewPrivs"), "0");
  EXPECT_EQ(program.err(), "");
}

TEST_P(Replacement, HasTheInheritedMaskAndIgnoredSignals) {
  constexpr auto some = signal_bit(SIGHUP) | signal_bit(SIGCHLD) | signal_bit(SIGUSR1);
  Launch start = replaced("say up; wait");
  start.prepare.emplace_back([some] {
    set_mask(some);
    set_disposition(SIGPIPE, SIG_IGN);
    set_disposition(SIGCHLD, SIG_IGN);
  });
  const Process program(start);
  ASSERT_EQ(stage.heard(), "up");
  const ProcStatus status(program.pid());
  EXPECT_EQ(status.signals("SigBlk"), some);
  EXPECT_EQ(status.signals("SigIgn"), signal_bit(SIGPIPE) | signal_bit(SIGCHLD));
}

TEST_P(Replacement, KeepsDirectoryUmaskAndDescriptors) {
  const Pipe pipe = make_pipe();
  Launch start = replaced("say up; wait");
  start.cwd = stage.root();
  start.fds[7] = pipe.write.get();
  const Process program(start);
  ASSERT_EQ(stage.heard(), "up");
  EXPECT_EQ(link_of(program.pid(), "cwd"), stage.root());
  EXPECT_EQ(ProcStatus(program.pid()).text("Umask"), "0022");
  const auto fds = stage.fds_of_server(program.pid());
  EXPECT_EQ(fds.size(), 4U);
  EXPECT_TRUE(fds.contains(7));
}

TEST_P(Replacement, MissingIs127AndNotExecutable126) {
  Launch start = replaced("exit 0");
  start.argv = {binary(), "no-such-program"};
  EXPECT_EQ(Process(start).wait(), exited(127));
  fs::permissions(stage.bin() / "program", fs::perms(0644));
  start.argv = {binary(), (stage.bin() / "program").string()};
  EXPECT_EQ(Process(start).wait(), exited(126));
}

}  // namespace
}  // namespace dkr::test
