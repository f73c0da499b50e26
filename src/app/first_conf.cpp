#include "dkr/app/first_conf.hpp"

#include "dkr/group/note_file.hpp"
#include "dkr/platform/atomic_file.hpp"
#include "dkr/platform/log.hpp"

namespace dkr {
namespace {

bool is_same(const std::optional<DataMark>& a, const std::optional<DataMark>& b) {
  return a.has_value() == b.has_value() &&
         (!a || (a->place.replication_id == b->place.replication_id &&
                 a->place.offset == b->place.offset));
}

}  // namespace

std::optional<FirstConf> first_conf(const Plan& plan, const StateNote& note) {
  return plan.conf && plan.conf->first ? std::optional(FirstConf{*plan.conf, note.mark})
                                       : std::nullopt;
}

void take_back(const FirstConf& conf, const Settings& settings) {
  const auto text = read_file(conf.file.path, Links::refused);
  const auto note = read_note(settings);
  const bool unused =
      text && *text && **text == conf.file.text && note && is_same(note->mark, conf.mark);
  if (unused && remove_file(conf.file.path)) {
    log::info(
        conf.file.path +
        " is made again at the next start: the server ended with an error, and has not changed it");
  }
}

}  // namespace dkr
