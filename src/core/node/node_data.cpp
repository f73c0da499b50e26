#include "dkr/core/node/node_data.hpp"

namespace dkr {

NodeData noted_data(const StateNote& note) {
  NodeData data;
  data.noted = note.mark ? note.mark->place : HistoryPlace{};
  data.group = note.group;
  data.identity = note.identity;
  data.memory = note.memory;
  data.keys = note.keys;
  data.has_nothing = note.users_priority.has_value();
  data.paused_until = note.paused_until;
  return data;
}

}  // namespace dkr
