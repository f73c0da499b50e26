#pragma once

#include <optional>
#include <variant>

#include "dkr/app/supervisor_loop.hpp"
#include "dkr/core/settings/settings.hpp"
#include "dkr/platform/unique_fd.hpp"

namespace dkr {

/// What stays the same for the life of the container.
struct Environment {
  const Settings& settings;  ///< as given
  const UniqueFd& signals;
  const UniqueFd& health;  ///< listens for probes; owns nothing if there is no health endpoint
};

/// A start that ended before there was a server. The reason has been logged.
struct Stopped {
  int status = 0;
};

/// The result of a step of the start, or the end of the start.
template <class T>
using OrStopped = std::variant<T, Stopped>;

/// Empties the signal queue while there is no server. Returns the last in it that is_stop(); any
/// other signal is dropped, because it was meant for a server that is up, and might end one that is
/// not yet (SIGHUP).
std::optional<int> take_stop(const UniqueFd& signals);

/// Logs that a signal has stopped the container before there was a server.
Stopped told_to_stop(int signal);

/// Waits for the end of a process as if it were the server: passes signals on to it and, if there
/// is a health endpoint, answers probes by the settings of this container.
Finish attend(int pid, const Settings& settings, const Environment& environment);

}  // namespace dkr
