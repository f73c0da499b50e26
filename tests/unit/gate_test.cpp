// Which limits a server gets, and which of them are left alone: every row of the gate.

#include "dkr/core/decide/gate.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "dkr/core/base/timing.hpp"

namespace dkr {
namespace {

constexpr TimePoint start = TimePoint{} + 1h;
constexpr MinReplicas users{1, 7};
constexpr MinReplicas guard{2, 2};
constexpr MinReplicas none{no_writes, 7};
constexpr MinReplicas handover{no_writes_in_handover, 7};
constexpr FenceVerdict open{Gate::open, FenceReason::named};
constexpr FenceVerdict guarded{Gate::guarded, FenceReason::all_linked, 2};
constexpr FenceVerdict closed{Gate::closed, FenceReason::cut_off};

struct LimitsRow {
  std::string what;
  FenceVerdict verdict;
  MinReplicas users;
  MinReplicas expected;
};

TEST(Gate, NeverAsksForFewerReplicasThanTheUser) {
  const std::vector<LimitsRow> rows{
      {"open", open, {1, 7}, {1, 7}},
      {"guarded", guarded, {0, 10}, {2, 2}},
      {"guarded by more than the user asks for", guarded, {1, 1}, {2, 1}},
      {"the user asks for more", guarded, {3, 10}, {3, 2}},
      {"the user's lag is no limit", guarded, {0, 0}, {2, 2}},
      {"closed", closed, {1, 7}, {no_writes, 7}},
      {"without a lag the server would not count", closed, {0, 0}, {no_writes, 1}},
  };
  for (const LimitsRow& row : rows) {
    const MinReplicas limits = min_replicas_for(row.verdict, row.users);
    EXPECT_EQ(limits.to_write, row.expected.to_write) << row.what;
    EXPECT_EQ(limits.max_lag, row.expected.max_lag) << row.what;
  }
}

/// What a step asks for; nothing: none of that kind.
template <class Effect>
std::optional<Effect> effect_of(const GateStep& step) {
  for (std::size_t i = 0; i < step.count; ++i) {
    if (const auto* effect = std::get_if<Effect>(&step.effects[i])) {
      return *effect;
    }
  }
  return std::nullopt;
}

std::optional<MinReplicas> set_by(const GateStep& step) {
  const auto set = effect_of<SetLimits>(step);
  return set ? std::optional(set->limits) : std::nullopt;
}

LimitsSeen seen(const MinReplicas& limits, TimePoint asked = start) {
  return {limits, asked};
}

/// The last of some steps, a millisecond after another.
GateStep after(const GateState& state, const std::vector<GateEvent>& events) {
  GateStep step{state};
  TimePoint now = start;
  for (const GateEvent& event : events) {
    step = gate_step(step.next, event, now += 1ms);
  }
  return step;
}

struct FoundRow {
  std::string what;
  GateNote note;
  MinReplicas found;
  Gate gate;
  MinReplicas users;
};

TEST(Gate, ANewWatcherFindsOutWhoseLimitsHold) {
  const std::vector<FoundRow> rows{
      {"the first one", {}, users, Gate::open, users},
      {"the user has changed them since", {MinReplicas{3, 3}, false}, users, Gate::open, users},
      {"it was closed", {users, true}, none, Gate::closed, users},
      {"the note does not know yet that it was", {users, false}, none, Gate::closed, users},
      {"it was guarded", {users, true}, guard, Gate::guarded, users},
      {"the guard was not set yet", {users, true}, users, Gate::guarded, users},
      {"a handover refuses writes", {users, false}, handover, Gate::open, users},
      {"and has set the half of it", {users, false}, {no_writes_in_handover, 0}, Gate::open, users},
      {"no note is left", {}, none, Gate::closed, {}},
  };
  for (const FoundRow& row : rows) {
    const GateState state = after({row.note}, {seen(row.found)}).next;
    EXPECT_EQ(state.gate, row.gate) << row.what;
    EXPECT_EQ(state.note.users_limits, row.users) << row.what;
    EXPECT_EQ(state.note.fenced, row.gate != Gate::open) << row.what;
    EXPECT_EQ(state.noted.has_value(), state.note == row.note) << row.what;
  }
}

struct SetRow {
  std::string what;
  std::vector<GateEvent> events;
  std::optional<MinReplicas> set;
};

void expect(const std::vector<SetRow>& rows) {
  for (const SetRow& row : rows) {
    EXPECT_EQ(set_by(after({}, row.events)), row.set) << row.what;
  }
}

TEST(Gate, AGuardDoesNotWaitForAVolumeThatHangs) {
  const GateState waits = after({}, {seen(users), VerdictReached{guarded}}).next;
  const TimePoint wanted = start + 2ms;
  const auto set_after = [&](std::chrono::milliseconds pause) {
    return set_by(gate_step(waits, VerdictReached{guarded}, wanted + pause));
  };
  EXPECT_EQ(set_after(guard_note_grace - 1ms), std::nullopt);
  EXPECT_EQ(set_after(guard_note_grace), none) << "it is closed meanwhile";
  GateStep step = gate_step(waits, VerdictReached{guarded}, wanted + guard_note_grace);
  for (const GateEvent& event : std::vector<GateEvent>{LimitsSet{none}, NoteWritten{{users, true}},
                                                       seen(none, start + 5s)}) {
    step = gate_step(step.next, event, start + 4s);
  }
  step = gate_step(step.next, VerdictReached{guarded}, start + 6s);
  EXPECT_EQ(set_by(step), guard) << "and guarded once the note is there";
  EXPECT_EQ(step.next.note.users_limits, users);
}

TEST(Gate, SetsTheLimitsOfTheVerdict) {
  const LimitsSeen sees = seen(users);
  const LimitsSeen later = seen(users, start + 1s);
  const NoteWritten fenced{{users, true}};
  const VerdictReached opens{open};
  const VerdictReached guards{guarded};
  const VerdictReached closes{closed};
  expect({
      {"the server has not told its limits", {closes}, {}},
      {"open, and the user's hold", {sees, opens}, {}},
      {"it closes, and no note is waited for", {sees, closes}, none},
      {"closed", {sees, closes, LimitsSet{none}, closes}, {}},
      {"the server has lost it", {sees, closes, LimitsSet{none}, sees, closes}, none},
      {"it opens", {sees, closes, LimitsSet{none}, opens}, users},
      {"it was closed before the watcher began, and nobody knows the user's",
       {seen(none), opens},
       MinReplicas{}},
      {"guarded, but the note is not written", {sees, guards}, {}},
      {"and the older one is", {sees, guards, NoteWritten{{users, false}}, guards}, {}},
      {"nor have the limits been seen since", {sees, guards, fenced, guards}, {}},
      {"guarded", {sees, guards, fenced, later, guards}, guard},
      {"it has fewer replicas now",
       {sees, guards, fenced, later, guards, LimitsSet{guard},
        VerdictReached{{Gate::guarded, FenceReason::all_linked, 1}}},
       MinReplicas{1, 2}},
      {"the note is under way again",
       {sees, guards, fenced, later, opens, NoteWritten{{users, false}}, later, guards},
       {}},
  });
}

TEST(Gate, ALateOrLostAnswerMovesNothing) {
  const LimitsSeen sees = seen(users);
  const VerdictReached opens{open};
  const VerdictReached closes{closed};
  expect({
      {"an answer is due", {sees, closes, closes}, {}},
      {"what was asked before comes first", {sees, closes, sees, closes}, {}},
      {"it failed, and nobody knows what holds", {sees, closes, SetLimitsFailed{}, closes}, {}},
      {"the user's do", {sees, closes, SetLimitsFailed{}, sees, closes}, none},
      {"it did not fail", {sees, closes, SetLimitsFailed{}, seen(none), closes}, {}},
      {"closed while it was being opened",
       {sees, closes, LimitsSet{none}, opens, closes, LimitsSet{users}, closes},
       none},
  });
  const std::vector<GateEvent> late{sees, closes, LimitsSet{none}, opens, closes, LimitsSet{users}};
  EXPECT_EQ(after({}, late).next.gate, Gate::closed);
}

TEST(Gate, LearnsTheUsersLimitsOnlyWhileNothingOfOursHolds) {
  const MinReplicas changed{3, 3};
  const LimitsSeen change = seen(changed);
  const std::vector<GateEvent> guards{seen(users),
                                      VerdictReached{guarded},
                                      NoteWritten{{users, true}},
                                      seen(users, start + 1s),
                                      VerdictReached{guarded},
                                      LimitsSet{guard}};
  auto opens = guards;
  opens.insert(opens.end(), {VerdictReached{open}, SetLimitsFailed{}});
  const auto noted_after = [&](std::vector<GateEvent> events, const GateEvent& last) {
    events.push_back(last);
    return after({}, events).next.note;
  };
  EXPECT_EQ(noted_after({seen(users)}, change), (GateNote{changed, false}));
  EXPECT_EQ(noted_after({seen(users)}, seen(handover)), (GateNote{users, false}));
  EXPECT_EQ(noted_after(guards, change), (GateNote{users, true}));
  EXPECT_EQ(noted_after(opens, seen(guard)), (GateNote{users, true})) << "a guard still";
  EXPECT_EQ(noted_after(opens, seen(users)), (GateNote{users, false}));
}

TEST(Gate, TheNoteIsWrittenWhenTheNextWatcherWouldGoWrongWithout) {
  const GateState idle = after({}, {seen(users), NoteWritten{{users, false}}}).next;
  const auto noted_by = [](const GateStep& step) {
    const auto write = effect_of<WriteNote>(step);
    return write ? std::optional(write->note) : std::nullopt;
  };
  EXPECT_EQ(noted_by(after(idle, {seen(users)})), std::nullopt);
  EXPECT_EQ(noted_by(after(idle, {seen({3, 3})})), (GateNote{MinReplicas{3, 3}, false}));
  EXPECT_EQ(noted_by(after(idle, {VerdictReached{closed}})), (GateNote{users, true}));
  const GateStep opened =
      after(idle, {VerdictReached{closed}, LimitsSet{none}, VerdictReached{open}});
  EXPECT_EQ(noted_by(opened), std::nullopt) << "the server has not the user's limits yet";
  EXPECT_EQ(noted_by(after(opened.next, {LimitsSet{users}})), (GateNote{users, false}));
}

struct HandoverRow {
  std::string what;
  MinReplicas limits;
  FenceVerdict verdict;
  Duration lasted;
  std::optional<MinReplicas> set;
};

TEST(Gate, LeavesTheLimitsOfAHandoverAloneForAWhile) {
  const Duration almost = handover_grace - 1ms;
  const std::vector<HandoverRow> rows{
      {"it has begun", handover, open, 0ms, {}},
      {"it is about to end", handover, open, almost, {}},
      {"it was killed", handover, open, handover_grace, users},
      {"it was killed long ago", handover, open, 1h, users},
      {"only half of its limits is set", {no_writes_in_handover, 0}, open, 0ms, {}},
      {"a guard refuses less", handover, guarded, 0ms, {}},
      {"and comes when it was killed", handover, guarded, handover_grace, guard},
      {"closed for another reason", handover, closed, 0ms, none},
      {"the fence's own, from before", none, open, 0ms, users},
  };
  for (const HandoverRow& row : rows) {
    GateState state = after({}, {seen(users), seen(row.limits)}).next;
    if (row.verdict.gate == Gate::guarded) {
      state = after(state, {VerdictReached{guarded}, NoteWritten{{users, true}}}).next;
    }
    const TimePoint asked = state.handover_since.value_or(start) + row.lasted;
    const GateStep step = after(state, {seen(row.limits, asked), VerdictReached{row.verdict}});
    EXPECT_EQ(set_by(step), row.set) << row.what;
    const bool killed = row.set == users && refuse_all(row.limits) && row.limits != none;
    EXPECT_EQ(effect_of<TellHandoverEnded>(step).has_value(), killed) << row.what;
  }
}

TEST(Gate, TellsOnceWhyItHasMoved) {
  const GateState idle = after({}, {seen(users)}).next;
  EXPECT_FALSE(effect_of<TellGate>(after(idle, {VerdictReached{open}})));
  const GateStep closing = after(idle, {VerdictReached{closed}});
  EXPECT_EQ(effect_of<TellGate>(closing)->verdict.reason, closed.reason);
  EXPECT_EQ(closing.next.reason, closed.reason);
  const FenceVerdict replaced{Gate::closed, FenceReason::replaced};
  const GateStep again = after(closing.next, {VerdictReached{replaced}});
  EXPECT_FALSE(effect_of<TellGate>(again));
  EXPECT_EQ(again.next.reason, closed.reason);
  const GateStep opening = after(again.next, {VerdictReached{open}});
  EXPECT_EQ(effect_of<TellGate>(opening)->verdict.gate, Gate::open);
  EXPECT_EQ(opening.next.reason, std::nullopt);
}

TEST(Gate, OnlyAnOpenGateIsWrittenIntoTheConfiguration) {
  const GateState idle = after({}, {seen(users)}).next;
  const GateStep closing = after(idle, {VerdictReached{closed}});
  EXPECT_FALSE(effect_of<SetLimits>(closing)->keep);
  const GateStep opening = after(closing.next, {LimitsSet{none}, VerdictReached{open}});
  EXPECT_TRUE(effect_of<SetLimits>(opening)->keep);
}

}  // namespace
}  // namespace dkr
