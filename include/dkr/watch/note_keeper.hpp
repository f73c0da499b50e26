#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "dkr/core/base/time.hpp"
#include "dkr/core/decide/gate.hpp"
#include "dkr/core/node/state_note.hpp"
#include "dkr/core/settings/settings.hpp"
#include "dkr/core/view/group_view.hpp"
#include "dkr/watch/background_job.hpp"

namespace dkr {

/// A running node, and what the sentinels have said of it lately.
struct NodeStanding {
  const NodeView& own;
  const std::vector<Endpoint>& me;  ///< every endpoint that is this node
  GroupView heard;

  /// Whom a majority of the sentinels names.
  [[nodiscard]] std::optional<Endpoint> named() const;
  /// Whether the node is what the sentinels take it for.
  [[nodiscard]] bool in_place() const;
};

/// Keeps our note in the volume: writes it every note_interval where it has changed, and at once
/// where the next start would go wrong without. What could not be written is tried again.
class NoteKeeper {
 public:
  /// `note` is what the volume has; `written` is called whenever it has another one, with what that
  /// says of the gate.
  NoteKeeper(event_base& loop, const Settings& settings, StateNote note,
             std::function<void(const GateNote&)> written);

  /// What the note is to say; the volume may have an older one.
  [[nodiscard]] const StateNote& note() const { return note_; }

  /// Has this in the note, which is due from now on.
  void set_gate(const GateNote& gate);

  /// Brings the note up to date and writes it, when it is due and none is being written.
  void keep_if_due(const NodeStanding& node, TimePoint now);

  /// Gives up on a note that has been under way for longer.
  void end_after(std::chrono::milliseconds limit, TimePoint now) { job_.end_after(limit, now); }

 private:
  [[nodiscard]] bool is_due(const NodeStanding& node, TimePoint now) const;
  void update(const NodeStanding& node);
  void write(TimePoint now);

  const Settings& settings_;
  StateNote note_;
  std::function<void(const GateNote&)> written_;
  std::string kept_;                  ///< the text in the volume; empty: not known
  std::optional<TimePoint> kept_at_;  ///< when it was last brought up to date; nothing: it is due
  BackgroundJob job_;
};

}  // namespace dkr
