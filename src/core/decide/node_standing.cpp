#include "dkr/core/decide/node_standing.hpp"

#include <algorithm>
#include <utility>

#include "dkr/core/node/replica_priority.hpp"
#include "dkr/core/view/votes.hpp"

namespace dkr {
namespace {

/// True if the note can describe the data now.
bool is_settled(const NodeView& own) {
  return !own.loading && !own.aof_rewrite && (own.role == NodeView::Role::master || own.link_up);
}

bool is_in_new_history(const StateNote& note, const NodeView& own) {
  return is_settled(own) && (!note.mark || note.mark->place.replication_id != own.replication_id);
}

/// True if a replica no longer has the zero that it started with instead of the user's priority.
/// Where that is zero, too, its data tells.
bool has_its_priority(const StateNote& note, const NodeView& own) {
  return own.role == NodeView::Role::replica &&
         (own.priority != 0 || (own.was_linked && note.users_priority == 0));
}

/// True if a start of this master could not tell by its AOF what clients were told is written.
bool waits_for_disk(const NodeView& own) {
  return own.role == NodeView::Role::master && own.aof_waits;
}

/// Returns what the group knows the node by now. A master's own name counts before the sentinels
/// use it: they may be told of it at any time.
Identity identity_now(const NodeStanding& node, Identity known) {
  const auto names = known_names(node.me, node.heard);
  if (node.in_place() && !names.empty()) {
    const Endpoint master = *node.named();
    const NamingEpochs epochs = naming_epochs(node.heard, {master});
    const bool alone = epochs.mine != epochs.others;
    return {names, contains(node.me, master), alone ? epochs.mine : known.epoch};
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

bool is_at_rest(const StateNote& note, const NodeStanding& node) {
  const auto& sentinels = node.heard.sentinels;
  return node.in_place() && !is_held_back(node.own.priority) && !note.users_priority &&
         std::none_of(sentinels.begin(), sentinels.end(), misses_master);
}

bool is_outdated(const StateNote& note, const NodeStanding& node) {
  return is_in_new_history(note, node.own) || note.identity != identity_now(node, note.identity) ||
         (waits_for_disk(node.own) && !note.aof_waits) ||
         (note.users_priority && has_its_priority(note, node.own)) ||
         (note.memory.sentinels.empty() && note.memory != node.memory);
}

StateNote next_note(StateNote note, const NodeStanding& node, const std::string& group) {
  note.identity = identity_now(node, std::move(note.identity));
  note.memory = node.memory;
  note.aof_waits = waits_for_disk(node.own);
  if (has_its_priority(note, node.own)) {
    note.users_priority.reset();
  }
  if (node.in_place()) {
    note.group = group;
  }
  if (is_settled(node.own)) {
    note.mark = next_mark(note.mark, {node.own.replication_id, node.own.offset}, node.own.aof_size);
    note.keys = node.own.keys;
  }
  return note;
}

}  // namespace dkr
