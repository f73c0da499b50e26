#pragma once

#include <variant>

#include "dkr/app/supervisor_loop.hpp"
#include "dkr/core/settings/settings.hpp"
#include "dkr/platform/unique_fd.hpp"

namespace dkr {

/// What stays the same for as long as the container lives.
struct Environment {
  const Settings& settings;  ///< as they were given
  const UniqueFd& signals;
  const UniqueFd& health;  ///< listens for probes; none where nobody may ask
};

/// The end of a start before there is a server; why has been told.
struct Stopped {
  int status = 0;
};

/// What a step of the start has found, unless it was the last.
template <class T>
using OrStopped = std::variant<T, Stopped>;

/// Tells that a signal has stopped the container before there is a server.
Stopped told_to_stop(int signal);

/// Waits for the end of a process as if it were the server: signals go to it, and probes, where
/// they may be asked, are answered by the settings of this container.
Finish attend(int pid, const Settings& settings, const Environment& environment);

}  // namespace dkr
