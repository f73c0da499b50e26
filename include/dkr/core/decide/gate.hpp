#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <variant>

#include "dkr/core/base/time.hpp"
#include "dkr/core/decide/fence.hpp"
#include "dkr/core/node/min_replicas.hpp"

namespace dkr {

/// What the note says about the gate.
struct GateNote {
  std::optional<MinReplicas> users_limits;  ///< as set by the user; unset: never seen
  bool fenced = false;                      ///< other limits may be in effect

  friend bool operator==(const GateNote&, const GateNote&) = default;
};

/// Everything known about the gate of one server. A new watcher has only the note.
struct GateState {
  GateNote note = {};                            ///< what the note is to say
  std::optional<TimePoint> noted = TimePoint{};  ///< when it was written; unset: not yet
  Gate gate = Gate::open;                        ///< as the latest verdict requires
  std::optional<FenceReason> reason = {};        ///< why it left open; unset: open, or as found
  std::optional<MinReplicas> limits = {};        ///< of the server; unset: unknown
  std::optional<TimePoint> asked = {};           ///< when limits were queried or set; unset: never
  bool setting = false;                          ///< SetLimits is under way
  std::optional<TimePoint> handover_since = {};  ///< when the limits of a handover were first seen

  std::optional<TimePoint> guard_waits_since = {};  ///< for its note; unset: none waits

  /// True if the server has reported its limits, so that the gate is known.
  [[nodiscard]] bool is_known() const noexcept { return asked.has_value(); }
};

/// The server has reported its limits. While SetLimits is under way, these are the old ones.
struct LimitsSeen {
  MinReplicas limits;
  TimePoint asked;  ///< when the query was sent
};
/// SetLimits succeeded: these limits are in effect.
struct LimitsSet {
  MinReplicas limits;
};
/// SetLimits was refused, or its answer was lost, so the limits in effect are unknown.
struct SetLimitsFailed {};
/// The fence was judged. Ignored until the server has reported its limits.
struct VerdictReached {
  FenceVerdict verdict;
};
/// The note in the volume now says this.
struct NoteWritten {
  GateNote note;
};

using GateEvent = std::variant<LimitsSeen, LimitsSet, SetLimitsFailed, VerdictReached, NoteWritten>;

/// Write this into the note; NoteWritten follows when that is done.
struct WriteNote {
  GateNote note;
};
/// Log that the gate has moved.
struct TellGate {
  FenceVerdict verdict;
};
/// Log that the limits of a handover, which must have been killed, are taken back.
struct TellHandoverEnded {};
/// Set the limits of the server, and with `keep` have it rewrite its configuration. LimitsSet or
/// SetLimitsFailed follows.
struct SetLimits {
  MinReplicas limits;
  bool keep;
};

using GateEffect = std::variant<WriteNote, TellGate, TellHandoverEnded, SetLimits>;

/// The next state, and the effects to carry out in order.
struct GateStep {
  static constexpr std::size_t most_effects = 4;

  GateState next;
  std::array<GateEffect, most_effects> effects{};
  std::size_t count = 0;
};

/// Decides on one event which limits the server must have: the user's own while the gate is open,
/// otherwise those of the fence. Only a verdict moves the gate and sets limits.
/// - The user's limits are learned while the gate is open and none of ours are in effect. They are
///   noted at once. `fenced` is noted before a guard is set, because that looks like limits of the
///   user's, and stays until the server has the user's limits again. A guard whose note is not
///   written within guard_note_grace is replaced by the limits of a closed gate until it is.
/// - The limits of a handover are left alone for handover_grace, unless the gate is closed. No
///   handover begins once `fenced` is noted, so a guard is set only if none was seen after that.
GateStep gate_step(const GateState& now, const GateEvent& event, TimePoint time) noexcept;

/// Returns the limits for the gate of a verdict, never less strict than the user's.
MinReplicas min_replicas_for(const FenceVerdict& verdict, const MinReplicas& users) noexcept;

}  // namespace dkr
