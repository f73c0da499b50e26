#include "dkr/core/init/supervisor.hpp"

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
    text += i == 0 ? "" : ", ";
    if (const auto* forward = std::get_if<ForwardSignal>(&effect)) {
      text += "forward " + std::to_string(forward->number);
    } else if (const auto* exit = std::get_if<Exit>(&effect)) {
      text += "exit " + std::to_string(exit->status);
    } else if (const auto* watcher = std::get_if<KillWatcher>(&effect)) {
      text += "kill watcher " + std::to_string(watcher->pid);
    } else if (const auto* handover = std::get_if<KillHandover>(&effect)) {
      text += "kill handover " + std::to_string(handover->pid);
    } else if (std::holds_alternative<StartHandover>(effect)) {
      text += "start handover";
    } else {
      text += std::holds_alternative<StartWatcher>(effect) ? "start watcher" : "kill";
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
      {"first TERM", running, SignalReceived{SIGTERM}, start, term, stopping},
      {"first INT", running, SignalReceived{SIGINT}, start, "forward 2", stopping},
      {"INT of a terminal", running, SignalReceived{SIGINT, true}, start, "forward 2", stopping},
      {"second TERM", stopping, SignalReceived{SIGTERM}, start, term, stopping},
      {"TERM after KILL", killed, SignalReceived{SIGTERM}, start, term, killed},
      {"HUP", running, SignalReceived{SIGHUP}, start, "forward 1", running},
      {"QUIT, as TERM", running, SignalReceived{SIGQUIT}, start, term, stopping},
      {"PWR, as TERM", running, SignalReceived{SIGPWR}, start, term, stopping},
      {"the stop of systemd, as TERM", running, SignalReceived{37}, start, term, stopping},
      {"QUIT after TERM", stopping, SignalReceived{SIGQUIT}, start, term, stopping},
      {"USR1", running, SignalReceived{SIGUSR1}, start, "forward 10", running},
      {"last real-time signal", running, SignalReceived{64}, start, "forward 64", running},
      {"sent TSTP", running, SignalReceived{SIGTSTP}, start, "forward 20", running},
      {"TSTP of a terminal", running, SignalReceived{SIGTSTP, true}, start, "", running},
      {"TTIN of a terminal", running, SignalReceived{SIGTTIN, true}, start, "", running},
      {"TTOU of a terminal", running, SignalReceived{SIGTTOU, true}, start, "", running},
      {"CHLD", running, SignalReceived{SIGCHLD}, start, "", running},
      {"PIPE of our own", running, SignalReceived{SIGPIPE, false, true}, start, "", running},
      {"PIPE from elsewhere", running, SignalReceived{SIGPIPE}, start, "forward 13", running},
      {"an orphan ends", running, ProcessEnded{child + 1, 3}, start, "", running},
      {"the server ends", running, ProcessEnded{child, 3}, start, "exit 3", running},
      {"the server ends, told to", stopping, ProcessEnded{child, 0}, start, "exit 0", stopping},
      {"the server is killed", killed, ProcessEnded{child, 137}, start, "exit 137", killed},
      {"late, but nothing due", running, DeadlinePassed{}, start + 99s, "", running},
      {"not yet late", stopping, DeadlinePassed{}, start + 8999ms, "", stopping},
      {"late", stopping, DeadlinePassed{}, start + 9s, "kill", killed},
      {"killed once only", killed, DeadlinePassed{}, start + 99s, "", killed},
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
  const Step first = step(in(Phase::running), SignalReceived{SIGTERM}, start + 1s);
  EXPECT_EQ(deadline(first.next), start + 10s);
  const Step second = step(first.next, SignalReceived{SIGTERM}, start + 5s);
  EXPECT_EQ(deadline(second.next), start + 10s);
  EXPECT_FALSE(deadline(step(second.next, DeadlinePassed{}, start + 10s).next).has_value());
}

TEST(Supervisor, ABurstOfAStopSignalIsOneWish) {
  for (const int signal : {SIGTERM, SIGINT, SIGQUIT}) {
    const Step first = step(in(Phase::running), SignalReceived{signal}, start);
    const auto again = [&](int number, Duration later) {
      return told(step(first.next, SignalReceived{number}, start + later));
    };
    EXPECT_EQ(again(signal, 5ms), "");
    EXPECT_EQ(again(signal, signal_burst - 1ms), "");
    EXPECT_EQ(again(signal, signal_burst), told(first)) << "whoever insists is heard";
    EXPECT_EQ(again(signal == SIGINT ? SIGTERM : SIGINT, 5ms),
              signal == SIGINT ? "forward 15" : "forward 2")
        << "another signal is another wish";
    EXPECT_EQ(again(SIGHUP, 5ms), "forward 1");
  }
}

constexpr int watcher = 9;
constexpr int handover = 77;

/// One that runs, heard of last at the start; or none, the next one due at the start.
Supervisor watched(Phase phase = Phase::running) {
  Supervisor supervisor = in(phase);
  supervisor.watcher = {true, watcher, start + heartbeat_timeout, start, {}};
  return supervisor;
}

Supervisor unwatched() {
  Supervisor supervisor = in(Phase::running);
  supervisor.watcher = {true, 0, start, {}, {}};
  return supervisor;
}

struct WatchRow {
  std::string what;
  Supervisor before;
  Event event;
  TimePoint time;
  std::string effect;
  int pid;
  TimePoint due;
};

TEST(Supervisor, AWatcherThatFallsSilentIsKilledAndStartedAnew) {
  const TimePoint silent = start + heartbeat_timeout;
  Supervisor unwanted = unwatched();
  unwanted.watcher.wanted = false;
  Supervisor late = watched(Phase::stopping);
  late.kill_at = silent;
  const std::vector<WatchRow> rows{
      {"the first", unwatched(), DeadlinePassed{}, start, "start watcher", 0, silent},
      {"before its time", unwatched(), DeadlinePassed{}, start - 1ms, "", 0, start},
      {"none is wanted", unwanted, DeadlinePassed{}, start + 99s, "", 0, start},
      {"it runs", unwatched(), WatcherStarted{watcher}, start + 1s, "", watcher, silent + 1s},
      {"it could not be started", unwatched(), WatcherStarted{0}, start + 1s, "", 0, silent + 1s},
      {"it speaks", watched(), Heartbeat{}, start + 1500ms, "", watcher, silent + 1500ms},
      {"the last word of one that ended", unwatched(), Heartbeat{}, start + 1s, "", 0, start},
      {"not yet silent", watched(), DeadlinePassed{}, silent - 1ms, "", watcher, silent},
      {"silent", watched(), DeadlinePassed{}, silent, "kill watcher 9", watcher,
       silent + heartbeat_timeout},
      {"it ends", watched(), ProcessEnded{watcher, 0}, start + 1s, "", 0,
       start + 1s + first_watcher_backoff},
      {"the server ends", watched(), ProcessEnded{child, 3}, start, "exit 3", watcher, silent},
      {"an orphan ends", watched(), ProcessEnded{watcher + 1, 3}, start, "", watcher, silent},
      {"nobody ran, we neither (docker pause)", watched(), DeadlinePassed{}, start + 9s, "",
       watcher, start + 9s + heartbeat_timeout},
      {"both are late", late, DeadlinePassed{}, silent, "kill, kill watcher 9", watcher,
       silent + heartbeat_timeout},
      {"TERM is nothing to it", watched(), SignalReceived{SIGTERM}, start, "forward 15", watcher,
       silent},
  };
  for (const WatchRow& row : rows) {
    const Step done = step(row.before, row.event, row.time);
    EXPECT_EQ(told(done), row.effect) << row.what;
    EXPECT_EQ(done.next.watcher.pid, row.pid) << row.what;
    EXPECT_EQ(done.next.watcher.due, row.due) << row.what;
    EXPECT_EQ(done.next.child, child) << row.what;
  }
}

TEST(Supervisor, AWatcherThatKeepsEndingIsStartedLessAndLessOften) {
  Supervisor supervisor = watched();
  TimePoint time = start;
  for (const auto pause : {100ms, 200ms, 400ms, 800ms, 800ms, 800ms}) {
    supervisor = step(supervisor, ProcessEnded{watcher, 1}, time).next;
    EXPECT_EQ(supervisor.watcher.due - time, pause);
    EXPECT_EQ(deadline(supervisor), time + pause);
    time = supervisor.watcher.due;
    const Step started = step(supervisor, DeadlinePassed{}, time);
    EXPECT_EQ(told(started), "start watcher") << pause.count();
    supervisor = step(started.next, WatcherStarted{watcher}, time).next;
  }
  const TimePoint well = time + stable_watcher_age + 1ms;
  EXPECT_EQ(step(supervisor, ProcessEnded{watcher, 1}, well).next.watcher.pause,
            first_watcher_backoff)
      << "one that has lived well";
}

TEST(Supervisor, AServerThatHangsWhileAnotherIsMasterIsStartedAgain) {
  const Step hung = step(watched(), ServerHung{}, start);
  EXPECT_EQ(told(hung), "kill");
  EXPECT_EQ(hung.next.phase, Phase::killed);
  EXPECT_EQ(hung.next.after_end, AfterEnd::restart);
  EXPECT_EQ(told(step(hung.next, ServerHung{}, start)), "") << "killed once only";
  EXPECT_EQ(told(step(hung.next, ProcessEnded{child, 137}, start)), "exit 137");

  const Step told_to_stop = step(hung.next, SignalReceived{SIGTERM}, start);
  EXPECT_EQ(told_to_stop.next.after_end, AfterEnd::leave);
  EXPECT_EQ(told_to_stop.next.phase, Phase::killed);
  const Step stopping = step(watched(Phase::stopping), ServerHung{}, start);
  EXPECT_EQ(told(stopping), "") << "its stop time-out runs";
  EXPECT_EQ(stopping.next.after_end, AfterEnd::leave);
}

TEST(Supervisor, ASentinelWhoseIdentityIsAnothersIsStartedAgain) {
  const Step taken = step(watched(), IdentityTaken{}, start);
  EXPECT_EQ(told(taken), "forward " + std::to_string(SIGTERM));
  EXPECT_EQ(taken.next.phase, Phase::stopping);
  EXPECT_EQ(taken.next.after_end, AfterEnd::new_identity);
  EXPECT_EQ(told(step(taken.next, IdentityTaken{}, start)), "") << "told once only";
  const Step ended = step(taken.next, ProcessEnded{child, 0}, start);
  EXPECT_EQ(told(ended), "exit 0");
  EXPECT_EQ(ended.next.after_end, AfterEnd::new_identity);
  EXPECT_EQ(told(step(taken.next, DeadlinePassed{}, taken.next.kill_at)), "kill");

  const Step told_to_stop = step(taken.next, SignalReceived{SIGTERM}, start);
  EXPECT_EQ(told_to_stop.next.after_end, AfterEnd::leave);
  Supervisor member = watched();
  member.hands_over = true;
  EXPECT_EQ(told(step(member, IdentityTaken{}, start)), "") << "a data node has none";
}

/// The sequel when the server of a watched supervisor ends.
AfterEnd text_after(Supervisor supervisor, int status, TimePoint time) {
  return step(supervisor, ProcessEnded{child, status}, time).next.after_end;
}

TEST(Supervisor, ACrashIsAnEndByASignalThatNobodyAskedFor) {
  Supervisor fresh = watched();
  fresh.crash.policy = OnCrash::automatic;
  EXPECT_EQ(text_after(fresh, 139, start), AfterEnd::leave) << "the watcher has not spoken yet";
  const Supervisor now = step(fresh, Heartbeat{CrashCost::quick_master}, start).next;
  EXPECT_EQ(text_after(now, 139, start + 1s), AfterEnd::restart);
  EXPECT_EQ(text_after(now, 137, start + heartbeat_timeout + 1ms), AfterEnd::failover)
      << "nobody knows whether it is still quick";
  EXPECT_EQ(text_after(now, 1, start), AfterEnd::leave) << "damaged data, a bad configuration";
  EXPECT_EQ(text_after(now, 0, start), AfterEnd::leave) << "SHUTDOWN";
  EXPECT_EQ(text_after(step(now, Heartbeat{}, start).next, 139, start), AfterEnd::leave)
      << "a replica";
  EXPECT_EQ(text_after(step(now, SignalReceived{SIGTERM}, start).next, 137, start),
            AfterEnd::leave);
  const Supervisor crashed = step(now, ProcessEnded{child, 139}, start).next;
  EXPECT_EQ(crashed.crash.before.total, 1);
  EXPECT_EQ(text_after(crashed, 139, start + 1s), AfterEnd::failover) << "twice in a minute";
}

/// A supervisor that hands over before it stops, told to.
Supervisor handing_over() {
  Supervisor supervisor = watched();
  supervisor.watcher.wanted = false;
  supervisor.hands_over = true;
  const Step begun = step(supervisor, SignalReceived{SIGTERM}, start);
  EXPECT_EQ(told(begun), "start handover");
  EXPECT_EQ(begun.next.phase, Phase::handing_over);
  return step(begun.next, HandoverStarted{handover}, start).next;
}

TEST(Supervisor, AMasterIsHandedOverBeforeItIsToldToEnd) {
  const Supervisor now = handing_over();
  EXPECT_EQ(deadline(now), start + now.stop_timeout / 2);
  EXPECT_EQ(told(step(now, SignalReceived{SIGHUP}, start)), "forward 1");
  EXPECT_EQ(told(step(now, ProcessEnded{watcher, 0}, start)), "");

  const Step done = step(now, ProcessEnded{handover, 0}, start + 1s);
  EXPECT_EQ(told(done), "forward 2") << "it is deaf to SIGTERM";
  EXPECT_EQ(done.next.phase, Phase::stopping);
  EXPECT_EQ(done.next.kill_at, start + now.stop_timeout) << "counted from the signal";
}

TEST(Supervisor, WhateverWouldEndAMasterHandsItOver) {
  Supervisor running = watched();
  running.hands_over = true;
  for (int signal = 1; signal <= 64; ++signal) {
    const Step done = step(running, SignalReceived{signal}, start);
    const bool stops = done.next.phase == Phase::handing_over;
    EXPECT_EQ(stops, ends_server(signal)) << signal;
    if (!stops) {
      EXPECT_EQ(told(done), signal == SIGCHLD ? "" : "forward " + std::to_string(signal));
      continue;
    }
    EXPECT_EQ(told(done), "start handover") << signal;
    EXPECT_EQ(told(step(done.next, SignalReceived{signal}, start + 5ms)), "") << signal;
    const Step over = step(step(done.next, HandoverStarted{handover}, start).next,
                           ProcessEnded{handover, 0}, start + 3ms);
    EXPECT_EQ(told(over), "forward 2") << signal;
    EXPECT_EQ(told(step(over.next, SignalReceived{signal}, start + 5ms)), "")
        << signal << ": a second SIGINT would end the server without saving";
    EXPECT_EQ(told(step(over.next, SignalReceived{signal}, start + 2s)),
              signal == SIGINT ? "forward 2" : "forward 15")
        << signal << ": which it is deaf to";
  }
}

TEST(Supervisor, AHandoverNeverMakesAStopWorse) {
  const Supervisor now = handing_over();
  const std::string skipped = "kill handover 77, forward 2";
  EXPECT_EQ(told(step(now, DeadlinePassed{}, start + now.stop_timeout / 2)), skipped)
      << "it takes too long";
  EXPECT_EQ(told(step(now, SignalReceived{SIGTERM}, start + signal_burst)), skipped)
      << "told again";
  EXPECT_EQ(told(step(now, SignalReceived{SIGTERM}, start + signal_burst - 1ms)), "")
      << "told twice at once, which is one wish";
  EXPECT_EQ(told(step(now, SignalReceived{SIGINT}, start)), skipped) << "by another signal";
  EXPECT_EQ(told(step(now, ProcessEnded{child, 1}, start)), "exit 1")
      << "the server has ended meanwhile";

  Supervisor failing = now;
  failing.handover = 0;
  EXPECT_EQ(told(step(failing, HandoverStarted{0}, start)), "forward 2")
      << "it could not be started";
}

TEST(Supervisor, WakesForWhatIsDueFirst) {
  EXPECT_EQ(deadline(watched()), start + heartbeat_timeout);
  EXPECT_EQ(deadline(watched(Phase::stopping)), start + heartbeat_timeout);
  EXPECT_EQ(deadline(watched(Phase::killed)), start + heartbeat_timeout);
  Supervisor stopping = watched(Phase::stopping);
  stopping.kill_at = start + 1s;
  EXPECT_EQ(deadline(stopping), start + 1s);
  stopping.watcher.wanted = false;
  stopping.kill_at = start + 99s;
  EXPECT_EQ(deadline(stopping), start + 99s);
}

static_assert(std::is_nothrow_invocable_v<decltype(step), Supervisor, Event, TimePoint>);
static_assert(std::is_nothrow_invocable_v<decltype(deadline), Supervisor>);

}  // namespace
}  // namespace dkr
