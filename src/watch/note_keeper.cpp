#include "dkr/watch/note_keeper.hpp"

#include <utility>

#include "dkr/core/base/timing.hpp"
#include "dkr/core/view/votes.hpp"
#include "dkr/group/note_file.hpp"
#include "dkr/platform/log.hpp"

namespace dkr {
namespace {

/// True if the note can describe the data now.
bool is_settled(const NodeView& own) {
  return !own.loading && !own.aof_rewrite && (own.role == NodeView::Role::master || own.link_up);
}

bool is_in_new_history(const StateNote& note, const NodeView& own) {
  return is_settled(own) && (!note.mark || note.mark->place.replication_id != own.replication_id);
}

/// Returns what the group knows the node by now. A master's own name counts before the sentinels
/// use it: they may be told of it at any time.
Identity identity_now(const NodeStanding& node, Identity known) {
  const auto names = known_names(node.me, node.heard);
  if (node.in_place() && !names.empty()) {
    const Endpoint master = *node.named();
    return {names, contains(node.me, master), naming_epochs(node.heard, {master}).mine};
  }
  if (node.own.role == NodeView::Role::master && !known.names.empty() &&
      !contains(known.names, node.me.front())) {
    known.names.push_back(node.me.front());
  }
  return known;
}

}  // namespace

std::optional<Endpoint> NodeStanding::named() const {
  return named_by_majority(heard);
}

bool NodeStanding::in_place() const {
  const auto master = named();
  const bool is_me = master && contains(me, *master);
  return own.role == NodeView::Role::master ? is_me : master && !is_me && own.link_up;
}

NoteKeeper::NoteKeeper(event_base& loop, const Settings& settings, StateNote note,
                       std::function<void(const GateNote&)> written)
    : settings_(settings), note_(std::move(note)), written_(std::move(written)), job_(loop) {}

void NoteKeeper::set_gate(const GateNote& gate) {
  note_.users_limits = gate.users_limits;
  note_.fenced = gate.fenced;
  kept_at_.reset();
}

bool NoteKeeper::is_due(const NodeStanding& node, TimePoint now) const {
  return !kept_at_ || now - *kept_at_ >= note_interval || is_in_new_history(note_, node.own) ||
         note_.identity != identity_now(node, note_.identity) ||
         (note_.memory.sentinels.empty() && note_.memory != node.memory);
}

void NoteKeeper::keep_if_due(const NodeStanding& node, TimePoint now) {
  if (!job_.busy() && is_due(node, now)) {
    update(node);
    kept_at_ = now;
    write(now);
  }
}

void NoteKeeper::update(const NodeStanding& node) {
  note_.identity = identity_now(node, note_.identity);
  note_.memory = node.memory;
  if (node.in_place()) {
    note_.group = settings_.group.value;
  }
  if (is_settled(node.own)) {
    note_.mark =
        next_mark(note_.mark, {node.own.replication_id, node.own.offset}, node.own.aof_size);
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
