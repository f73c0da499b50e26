#include "dkr/watch/note_keeper.hpp"

#include <utility>

#include "dkr/core/base/timing.hpp"
#include "dkr/group/note_file.hpp"
#include "dkr/platform/log.hpp"

namespace dkr {
NoteKeeper::NoteKeeper(event_base& loop, const Settings& settings, StateNote note,
                       std::function<void(const GateNote&)> written)
    : settings_(settings), note_(std::move(note)), written_(std::move(written)), job_(loop) {}

void NoteKeeper::set_gate(const GateNote& gate) {
  note_.users_limits = gate.users_limits;
  note_.fenced = gate.fenced;
  kept_at_.reset();
}

void NoteKeeper::set_pause(WallTime until) {
  if (until != std::exchange(note_.paused_until, until)) {
    kept_at_.reset();
  }
}

bool NoteKeeper::is_due(const NodeStanding& node, TimePoint now) const {
  return !kept_at_ || now - *kept_at_ >= note_interval || is_outdated(note_, node);
}

void NoteKeeper::keep_if_due(const NodeStanding& node, TimePoint now) {
  if (!job_.busy() && is_due(node, now)) {
    note_ = next_note(std::move(note_), node, settings_.group.value);
    kept_at_ = now;
    write(now);
  }
}

void NoteKeeper::write(TimePoint now) {
  const std::string text = to_text(note_);
  const GateNote gate{note_.users_limits, note_.fenced};
  if (text == kept_) {
    return written_(gate);
  }
  const auto job = [this] {
    const auto written = write_note(settings_, note_);
    if (!written) {
      log::error(written.error().text);
    }
    return static_cast<bool>(written);
  };
  const auto done = [this, text, gate](std::optional<bool> written) {
    if (written.value_or(false)) {
      kept_ = text;
      written_(gate);
    }
  };
  kept_.clear();
  job_.start(job, done, now);
}

}  // namespace dkr
