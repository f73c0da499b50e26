#include "dkr/group/note_file.hpp"

#include "dkr/core/conf/server_conf.hpp"
#include "dkr/core/settings/settings_table.hpp"
#include "dkr/platform/atomic_file.hpp"

namespace dkr {

Result<StateNote> read_note(const Settings& settings) {
  auto note = read_file(state_note_path(settings), Links::refused);
  if (!note) {
    return refused(&Settings::data_dir, settings.data_dir.value,
                   note.error().text + "; accepted is a directory this user can write to");
  }
  return parse_state_note(note->value_or(""));
}

Result<Done> write_note(const Settings& settings, const StateNote& note) {
  return write_atomically(state_note_path(settings), to_text(note));
}

}  // namespace dkr
