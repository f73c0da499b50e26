#pragma once

#include "dkr/core/supervisor.hpp"
#include "dkr/platform/unique_fd.hpp"

namespace dkr {

/// How the server ended, and whether we were told to stop before.
struct Finish {
  int code = 0;
  int stop_signal = 0;
};

/// The loop of PID 1: waits for signals, ended children and the stop deadline, decides by step(),
/// acts, and answers once the server has ended. Nothing else ends it.
Finish supervise(const UniqueFd& signals, const Supervisor& supervisor) noexcept;

}  // namespace dkr
