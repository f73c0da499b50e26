#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <variant>

#include "dkr/core/base/time.hpp"
#include "dkr/core/decide/fence.hpp"
#include "dkr/core/node/min_replicas.hpp"

namespace dkr {

/// What the note in the volume says of the gate.
struct GateNote {
  std::optional<MinReplicas> users_limits;  ///< as the user has set them; nothing: never seen
  bool fenced = false;                      ///< others may hold in their place

  friend bool operator==(const GateNote&, const GateNote&) = default;
};

/// All that is known of the gate of one server. That of a new watcher has only the note.
struct GateState {
  GateNote note = {};                            ///< what the note is to say
  std::optional<TimePoint> noted = TimePoint{};  ///< when that was in the volume; nothing: not yet
  Gate gate = Gate::open;                        ///< as the newest verdict wants it
  std::optional<FenceReason> reason = {};  ///< for which it left open; nothing: it is open, or
                                           ///< was found as it is
  std::optional<MinReplicas> limits = {};  ///< of the server; nothing: not known
  std::optional<TimePoint> asked = {};     ///< when the newest limits were asked for, or set;
                                           ///< nothing: never seen
  bool setting = false;                    ///< SetLimits is not answered yet
  std::optional<TimePoint> handover_since = {};  ///< when the limits of one were first seen

  /// Whether the server has told its limits, so that it is known what the gate is.
  [[nodiscard]] bool is_known() const noexcept { return asked.has_value(); }
};

/// The server has told its limits; while SetLimits is not answered: those before.
struct LimitsSeen {
  MinReplicas limits;
  TimePoint asked;  ///< when the question was sent
};
/// SetLimits was answered: these hold.
struct LimitsSet {
  MinReplicas limits;
};
/// SetLimits was refused, or its answer was lost, so that nobody knows what holds.
struct SetLimitsFailed {};
/// The fence was judged; ignored until the server has told its limits.
struct VerdictReached {
  FenceVerdict verdict;
};
/// The note in the volume says this from now on.
struct NoteWritten {
  GateNote note;
};

using GateEvent = std::variant<LimitsSeen, LimitsSet, SetLimitsFailed, VerdictReached, NoteWritten>;

/// Have this in the note; NoteWritten follows once it is.
struct WriteNote {
  GateNote note;
};
/// Log that the gate has moved.
struct TellGate {
  FenceVerdict verdict;
};
/// Log that the limits of a handover, which must have been killed, are taken back.
struct TellHandoverEnded {};
/// Set the limits of the server, and with `keep` have it write its configuration anew; LimitsSet or
/// SetLimitsFailed follows.
struct SetLimits {
  MinReplicas limits;
  bool keep;
};

using GateEffect = std::variant<WriteNote, TellGate, TellHandoverEnded, SetLimits>;

/// What to remember, and what to do, in this order.
struct GateStep {
  static constexpr std::size_t most_effects = 4;

  GateState next;
  std::array<GateEffect, most_effects> effects{};
  std::size_t count = 0;
};

/// Decides on one event which limits the server has to have: the user's own while the gate is open,
/// else those of the fence. Only a verdict moves the gate and sets limits.
/// - The user's limits are learned while the gate is open and nothing of ours holds. They are noted
///   at once; `fenced` is noted before a guard is set, which looks like limits of the user's, and
///   until the server has the user's again.
/// - The limits of a handover are left alone for handover_grace, unless the gate is closed. None
///   begins once `fenced` is noted, so a guard is set where none was seen after that.
GateStep gate_step(const GateState& now, const GateEvent& event, TimePoint time) noexcept;

/// The limits that make the gate of a verdict, never less strict than the user's.
MinReplicas min_replicas_for(const FenceVerdict& verdict, const MinReplicas& users) noexcept;

}  // namespace dkr
