#include "dkr/app/environment.hpp"

#include "dkr/app/companions.hpp"
#include "dkr/app/version.hpp"
#include "dkr/core/base/timing.hpp"
#include "dkr/platform/log.hpp"
#include "dkr/platform/signals.hpp"

namespace dkr {

std::optional<int> take_stop(const UniqueFd& signals) {
  std::optional<int> stop;
  while (const auto signal = next_signal(signals)) {
    if (is_stop(signal->number)) {
      stop = signal->number;
    }
  }
  return stop;
}

Stopped told_to_stop(int signal) {
  log::info("stopped before the server started");
  return {signal_base + signal};
}

Finish attend(int pid, const Settings& settings, const Environment& environment) {
  Supervisor supervisor{pid, child_job_stop_timeout};
  supervisor.watcher.wanted = static_cast<bool>(environment.health);
  return supervise(environment.signals, supervisor,
                   {waiting_companion(settings, {environment.health.get(), 0, 0, version}), {}});
}

}  // namespace dkr
