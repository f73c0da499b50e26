#include "dkr/core/supervisor.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <string>
#include <type_traits>
#include <vector>

namespace dkr {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint start{};
constexpr int child = 7;

Supervisor in(Phase phase) {
  return {child, 9s, phase, start + 9s};
}

std::string told(const Step& step) {
  std::string text;
  for (std::size_t i = 0; i < step.count; ++i) {
    const Effect& effect = step.effects[i];
    if (const auto* forward = std::get_if<Forward>(&effect)) {
      text += "forward " + std::to_string(forward->number);
    } else if (const auto* exit = std::get_if<Exit>(&effect)) {
      text += "exit " + std::to_string(exit->code);
    } else {
      text += "kill";
    }
  }
  return text;
}

struct Row {
  std::string what;
  Phase phase;
  Event event;
  TimePoint time;
  std::string effect;
  Phase next;
};

TEST(Supervisor, DecidesEachEvent) {
  using enum Phase;
  const std::string term = "forward " + std::to_string(SIGTERM);
  const std::vector<Row> rows{
      {"first TERM", running, Signalled{SIGTERM}, start, term, stopping},
      {"first INT", running, Signalled{SIGINT}, start, "forward 2", stopping},
      {"INT of a terminal", running, Signalled{SIGINT, true}, start, "forward 2", stopping},
      {"second TERM", stopping, Signalled{SIGTERM}, start, term, stopping},
      {"TERM after KILL", killed, Signalled{SIGTERM}, start, term, killed},
      {"HUP", running, Signalled{SIGHUP}, start, "forward 1", running},
      {"last real-time signal", running, Signalled{64}, start, "forward 64", running},
      {"sent TSTP", running, Signalled{SIGTSTP}, start, "forward 20", running},
      {"TSTP of a terminal", running, Signalled{SIGTSTP, true}, start, "", running},
      {"TTIN of a terminal", running, Signalled{SIGTTIN, true}, start, "", running},
      {"TTOU of a terminal", running, Signalled{SIGTTOU, true}, start, "", running},
      {"CHLD", running, Signalled{SIGCHLD}, start, "", running},
      {"PIPE of our own", running, Signalled{SIGPIPE, false, true}, start, "", running},
      {"PIPE from elsewhere", running, Signalled{SIGPIPE}, start, "forward 13", running},
      {"an orphan ends", running, Ended{child + 1, 3}, start, "", running},
      {"the server ends", running, Ended{child, 3}, start, "exit 3", running},
      {"the server ends, told to", stopping, Ended{child, 0}, start, "exit 0", stopping},
      {"the server is killed", killed, Ended{child, 137}, start, "exit 137", killed},
      {"late, but nothing due", running, Late{}, start + 99s, "", running},
      {"not yet late", stopping, Late{}, start + 8999ms, "", stopping},
      {"late", stopping, Late{}, start + 9s, "kill", killed},
      {"killed once only", killed, Late{}, start + 99s, "", killed},
  };
  for (const Row& row : rows) {
    const Step done = step(in(row.phase), row.event, row.time);
    EXPECT_EQ(told(done), row.effect) << row.what;
    EXPECT_EQ(done.next.phase, row.next) << row.what;
    EXPECT_EQ(done.next.child, child) << row.what;
  }
}

TEST(Supervisor, TheStopTimeCountsFromTheFirstSignal) {
  EXPECT_FALSE(deadline(in(Phase::running)).has_value());
  const Step first = step(in(Phase::running), Signalled{SIGTERM}, start + 1s);
  EXPECT_EQ(deadline(first.next), start + 10s);
  const Step second = step(first.next, Signalled{SIGTERM}, start + 5s);
  EXPECT_EQ(deadline(second.next), start + 10s);
  EXPECT_FALSE(deadline(step(second.next, Late{}, start + 10s).next).has_value());
}

static_assert(std::is_nothrow_invocable_v<decltype(step), Supervisor, Event, TimePoint>);
static_assert(std::is_nothrow_invocable_v<decltype(deadline), Supervisor>);

}  // namespace
}  // namespace dkr
