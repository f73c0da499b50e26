#include "dkr/app/volume_lock.hpp"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <string>
#include <utility>

#include "dkr/app/outcome.hpp"
#include "dkr/core/base/timing.hpp"
#include "dkr/core/settings/settings_table.hpp"
#include "dkr/platform/log.hpp"
#include "dkr/platform/service_eyes.hpp"
#include "dkr/platform/volume.hpp"

namespace dkr {

using std::chrono::steady_clock;

OrStopped<bool> VolumeLock::take(const StartFacts& facts, const Environment& environment) {
  const std::string& volume = facts.container.settings.data_dir.value;
  const TimePoint deadline = steady_clock::now() + volume_lock_grace;
  bool waited = false;
  while (!held_ && !unsupported_) {
    const ServiceEyes eyes(volume, facts.container.settings.skip_drop_privs.value);
    FileLock lock = facts.container.conf.sentinel ? lock_file(volume + "/sentinel.lock")
                                                  : lock_directory(volume);
    held_ = std::move(lock.held);
    if (held_ || lock.error == ENOENT) {
      return waited;
    }
    if (lock.error != EWOULDBLOCK) {
      unsupported_ = true;
      log::warn("the volume " + volume + " cannot be locked (" + std::strerror(lock.error) +
                "): nothing keeps another container out of it");
      return waited;
    }
    if (!std::exchange(waited, true)) {
      log::warn("waits for the volume " + volume + ", which another container uses");
    }
    await(environment.signals, POLLIN,
          std::min(deadline, steady_clock::now() + lock_retry_interval));
    if (const auto signal = take_stop(environment.signals)) {
      return told_to_stop(*signal);
    }
    if (steady_clock::now() >= deadline) {
      return Stopped{fail(refused(&Settings::data_dir, volume,
                                  "another container uses it; accepted is a volume of its own"))};
    }
  }
  return waited;
}

}  // namespace dkr
