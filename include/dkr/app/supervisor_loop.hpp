#pragma once

#include <string_view>

#include "dkr/core/init/supervisor.hpp"
#include "dkr/platform/child_job.hpp"
#include "dkr/platform/unique_fd.hpp"

namespace dkr {

/// How the server ended, and whether we were told to stop before that.
struct Finish {
  int status = 0;
  int stop_signal = 0;
  AfterEnd after_end = AfterEnd::leave;
  Crashes crashes = {};     ///< including this one, if it was one
  bool aof_closed = false;  ///< the server had no AOF any more when it was told to end
};

/// The processes beside the server.
struct Companions {
  Companion watcher;
  Companion handover;  ///< runs before the server is told to end
};

/// The loop of PID 1: waits for signals, ended children, the watcher and deadlines, decides by
/// step(), and acts. Returns once the server has ended; nothing else ends it. `companions` is the
/// work of the processes that the supervisor wants; the names of the AOF's files begin with `aof`.
Finish supervise(const UniqueFd& signals, const Supervisor& supervisor,
                 const Companions& companions = {}, std::string_view aof = {}) noexcept;

}  // namespace dkr
