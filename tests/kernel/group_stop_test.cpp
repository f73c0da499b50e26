// A member of a group, told to stop as a whole: each of its processes gets the signal. Behind the
// port of its server is nobody who answers.

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>

#include "stage.hpp"
#include "support/pty.hpp"
#include "support/signals.hpp"

namespace dkr::test {
namespace {

/// A port that takes connections and never answers, so that a handover has to wait.
class SilentPort {
 public:
  SilentPort() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    address_.sin_family = AF_INET;
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address_;
    auto* address = reinterpret_cast<sockaddr*>(&address_);
    must(::bind(fd_.get(), address, size), "bind");
    must(::listen(fd_.get(), 64), "listen");
    must(::getsockname(fd_.get(), address, &size), "getsockname");
  }
  [[nodiscard]] int number() const { return ntohs(address_.sin_port); }

 private:
  Fd fd_;
  sockaddr_in address_{};
};

class MemberStop : public BothPlaces {
 protected:
  Launch member(const std::string& script) {
    write_file(stage.root() / "redis.conf", "port " + std::to_string(port_.number()) + "\n");
    Launch made = launch(script);
    made.env.emplace_back("REDIS_GROUP=redis");
    return made;
  }

  /// All children of the supervisor once there are so many; fewer at the deadline.
  static std::vector<pid_t> children(const Process& supervisor, std::size_t count) {
    wait_until([&] { return children_of(supervisor.pid()).size() >= count; });
    return children_of(supervisor.pid());
  }

  /// True if the process lives and has the signal before it, unheard.
  static bool is_deaf_to(int signal, pid_t pid) {
    const ProcStatus status(pid);
    return status.state() != 'Z' && (status.signals("ShdPnd") & signal_bit(signal)) != 0;
  }

 private:
  SilentPort port_;
};
DKR_BOTH_PLACES(MemberStop);

TEST_P(MemberStop, TheServerDoesNotHearSigtermOfOthers) {
  Process supervisor(member("on 15 exit 9; on 2 exit 0; say up; wait"));
  ASSERT_EQ(stage.heard(), "up");
  const pid_t server = server_of(supervisor);
  EXPECT_EQ(ProcStatus(server).signals("SigBlk"), signal_bit(SIGTERM));
  send(server, SIGTERM);
  EXPECT_TRUE(is_deaf_to(SIGTERM, server));
  supervisor.signal(SIGTERM);
  EXPECT_EQ(supervisor.wait(), exited(0)) << supervisor.err();
}

TEST_P(MemberStop, IsOneWishIfAllProcessesAreTold) {
  Process supervisor(member("on 15 exit 9; on 2 exit 0; say up; wait"));
  ASSERT_EQ(stage.heard(), "up");
  const auto all = children(supervisor, 2);  // the server and the watcher
  ASSERT_EQ(all.size(), 2U);
  for (const pid_t child : all) {
    send(child, SIGTERM);
  }
  supervisor.signal(SIGTERM);
  EXPECT_EQ(supervisor.wait(), exited(0)) << supervisor.err();
  EXPECT_EQ(supervisor.err().find("restarting the watcher"), std::string::npos);
}

TEST_P(MemberStop, TheHandoverGoesOnWhateverItIsTold) {
  Process supervisor(member("on 15 exit 9; on 2 exit 0; say up; wait"));
  ASSERT_EQ(stage.heard(), "up");
  const auto before = children(supervisor, 2);
  ASSERT_EQ(before.size(), 2U);
  supervisor.signal(SIGTERM);
  const auto all = children(supervisor, 3);
  ASSERT_EQ(all.size(), 3U);
  for (const int signal : {SIGTERM, SIGINT}) {
    send(all.back(), signal);
    EXPECT_TRUE(is_deaf_to(signal, all.back())) << signal;
  }
  EXPECT_EQ(supervisor.wait(), exited(0)) << supervisor.err();
}

TEST_P(MemberStop, ControlCOnATerminalIsForTheSupervisor) {
  Terminal terminal;
  Launch start = member("on 2 exit 0; say up; wait");
  start.fds[0] = terminal.slave();
  start.prepare.push_back(Terminal::take());
  Process supervisor(start);
  ASSERT_EQ(stage.heard(), "up");
  ASSERT_EQ(children(supervisor, 2).size(), 2U);
  terminal.type("\x03");
  const auto all = children(supervisor, 3);
  EXPECT_EQ(all.size(), 3U) << "no handover";
  EXPECT_EQ(supervisor.wait(), exited(0)) << supervisor.err();
  EXPECT_EQ(supervisor.err().find("restarting the watcher"), std::string::npos);
}

}  // namespace
}  // namespace dkr::test
