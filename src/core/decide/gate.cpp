#include "dkr/core/decide/gate.hpp"

#include <algorithm>

#include "dkr/core/base/match.hpp"
#include "dkr/core/base/timing.hpp"

namespace dkr {
namespace {

void add(GateStep& step, const GateEffect& effect) noexcept {
  step.effects[step.count++] = effect;
}

/// Returns the gate that a server's limits imply when nobody remembers setting them.
Gate gate_found(const MinReplicas& limits, bool fenced) noexcept {
  if (limits.to_write == no_writes) {
    return Gate::closed;
  }
  return fenced ? Gate::guarded : Gate::open;
}

/// Updates the state from the limits in effect.
void take(GateState& next, const MinReplicas& limits, TimePoint time) noexcept {
  next.limits = limits;
  next.handover_since = limits.to_write == no_writes_in_handover
                            ? std::optional(next.handover_since.value_or(time))
                            : std::nullopt;
  if (!next.is_known()) {
    next.gate = gate_found(limits, next.note.fenced);
    if (!next.note.users_limits) {
      next.note.users_limits = MinReplicas{};
    }
  }
  if (next.gate == Gate::open && !next.note.fenced && !refuse_all(limits)) {
    next.note.users_limits = limits;
  }
}

/// Has the note written if it is to say something other than before.
void settle_note(GateStep& step, const GateNote& before) noexcept {
  GateState& next = step.next;
  next.note.fenced =
      next.gate != Gate::open || (next.note.fenced && next.limits != next.note.users_limits);
  if (next.note != before) {
    next.noted.reset();
    add(step, WriteNote{next.note});
  }
}

bool is_left_to_handover(const GateState& now) noexcept {
  return now.handover_since && now.gate != Gate::closed &&
         *now.asked - *now.handover_since < handover_grace;
}

/// True if a guard can neither be mistaken for the user's limits nor undo those of a handover.
bool may_guard(const GateState& now) noexcept {
  return now.noted && *now.asked > *now.noted;
}

/// Returns the verdict that the server can be given now; unset: it has to wait. A guard waits for
/// its note, but not for long: a volume that hangs may hang because the node is cut off.
std::optional<FenceVerdict> applicable(GateState& next, const FenceVerdict& verdict,
                                       TimePoint time) noexcept {
  if (verdict.gate != Gate::guarded || may_guard(next)) {
    next.guard_waits_since.reset();
    return verdict;
  }
  next.guard_waits_since = next.guard_waits_since.value_or(time);
  return time - *next.guard_waits_since < guard_note_grace
             ? std::nullopt
             : std::optional(FenceVerdict{Gate::closed, verdict.reason});
}

/// Sets the limits if the server has others.
void set_limits(GateStep& step, const FenceVerdict& reached, TimePoint time) noexcept {
  GateState& next = step.next;
  const auto verdict = applicable(next, reached, time);
  if (!verdict || !next.limits || is_left_to_handover(next)) {
    return;
  }
  const MinReplicas wanted = min_replicas_for(*verdict, *next.note.users_limits);
  if (*next.limits == wanted) {
    return;
  }
  if (next.handover_since && verdict->gate == Gate::open) {
    add(step, TellHandoverEnded{});
  }
  add(step, SetLimits{wanted, verdict->gate == Gate::open});
  next.limits.reset();
  next.asked = time;
  next.setting = true;
}

GateStep on(const GateState& now, const LimitsSeen& seen, TimePoint time) noexcept {
  GateStep step{now};
  if (!now.setting) {
    take(step.next, seen.limits, time);
    step.next.asked = seen.asked;
    settle_note(step, now.note);
  }
  return step;
}

GateStep on(const GateState& now, const LimitsSet& set, TimePoint time) noexcept {
  GateStep step{now};
  step.next.setting = false;
  take(step.next, set.limits, time);
  settle_note(step, now.note);
  return step;
}

GateStep on(const GateState& now, const SetLimitsFailed& /*failed*/, TimePoint /*time*/) noexcept {
  GateStep step{now};
  step.next.setting = false;
  return step;
}

GateStep on(const GateState& now, const VerdictReached& reached, TimePoint time) noexcept {
  GateStep step{now};
  if (!now.is_known()) {
    return step;
  }
  GateState& next = step.next;
  const FenceVerdict& verdict = reached.verdict;
  if (verdict.gate != now.gate) {
    add(step, TellGate{verdict});
    next.gate = verdict.gate;
    next.reason = verdict.gate == Gate::open ? std::nullopt : std::optional(verdict.reason);
  }
  settle_note(step, now.note);
  set_limits(step, verdict, time);
  return step;
}

GateStep on(const GateState& now, const NoteWritten& written, TimePoint time) noexcept {
  GateStep step{now};
  if (written.note != now.note) {
    step.next.noted.reset();
  } else if (!now.noted) {
    step.next.noted = time;
  }
  return step;
}

}  // namespace

GateStep gate_step(const GateState& now, const GateEvent& event, TimePoint time) noexcept {
  return match(event, [&](const auto& one) noexcept { return on(now, one, time); });
}

MinReplicas min_replicas_for(const FenceVerdict& verdict, const MinReplicas& users) noexcept {
  constexpr auto longest_lag = static_cast<int>(guard_lag.count());
  switch (verdict.gate) {
    case Gate::open:
      return users;
    case Gate::guarded:
      return {std::max(users.to_write, verdict.replicas),
              users.max_lag == 0 ? longest_lag : std::min(users.max_lag, longest_lag)};
    case Gate::closed:
      return {no_writes, std::max(users.max_lag, 1)};
  }
  return users;
}

}  // namespace dkr
