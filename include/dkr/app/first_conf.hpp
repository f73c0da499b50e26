#pragma once

#include <optional>

#include "dkr/core/decide/plan.hpp"
#include "dkr/core/node/state_note.hpp"
#include "dkr/core/settings/settings.hpp"

namespace dkr {

/// The first configuration of a volume, and how far its server had come when it was written.
struct FirstConf {
  FileWrite file;
  std::optional<DataMark> mark;  ///< that of the note
};

/// Returns the first configuration of a volume, if a plan writes it.
std::optional<FirstConf> first_conf(const Plan& plan, const StateNote& note);

/// Takes the first configuration away again, so that the next start makes it anew: it is as it was
/// written, and no watcher has heard a server that took it.
void take_back(const FirstConf& conf, const Settings& settings);

}  // namespace dkr
