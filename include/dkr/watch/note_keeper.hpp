#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "dkr/core/base/time.hpp"
#include "dkr/core/decide/gate.hpp"
#include "dkr/core/decide/node_standing.hpp"
#include "dkr/core/node/state_note.hpp"
#include "dkr/core/settings/settings.hpp"
#include "dkr/watch/background_job.hpp"

namespace dkr {

/// Keeps our note in the volume. Writes a changed note every note_interval, and at once if the next
/// start would go wrong without it. Retries failed writes.
class NoteKeeper {
 public:
  /// `note` is the one in the volume. `written` is called whenever another one is there, with what
  /// it says of the gate.
  NoteKeeper(event_base& loop, const Settings& settings, StateNote note,
             std::function<void(const GateNote&)> written);

  /// What the note should say; the volume may have an older one.
  [[nodiscard]] const StateNote& note() const { return note_; }

  /// Puts this into the note, which is then due.
  void set_gate(const GateNote& gate);

  /// Puts this into the note, which is due if it is another end of a pause.
  void set_pause(WallTime until);

  /// Updates the note and writes it, if it is due and no write is running.
  void keep_if_due(const NodeStanding& node, TimePoint now);

  /// Kills a write that has run for longer than `limit`.
  void end_after(std::chrono::milliseconds limit, TimePoint now) { job_.end_after(limit, now); }

 private:
  [[nodiscard]] bool is_due(const NodeStanding& node, TimePoint now) const;
  void write(TimePoint now);

  const Settings& settings_;
  StateNote note_;
  std::function<void(const GateNote&)> written_;
  std::string kept_;                  ///< the text in the volume; empty if unknown
  std::optional<TimePoint> kept_at_;  ///< time of the last update; nullopt: it is due
  BackgroundJob job_;
};

}  // namespace dkr
