#pragma once

#include "dkr/core/supervisor.hpp"
#include "dkr/platform/unique_fd.hpp"

namespace dkr {

/// The loop of PID 1: waits for signals, ended children and the stop deadline, decides by step(),
/// acts, and answers the exit code once the server has ended. Nothing else ends it.
int supervise(const UniqueFd& signals, Supervisor supervisor) noexcept;

}  // namespace dkr
