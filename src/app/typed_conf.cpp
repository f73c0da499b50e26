#include "dkr/app/typed_conf.hpp"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <vector>

#include "dkr/app/outcome.hpp"
#include "dkr/core/base/timing.hpp"
#include "dkr/platform/child_job.hpp"
#include "dkr/platform/identity.hpp"
#include "dkr/platform/running_processes.hpp"
#include "dkr/platform/standard_input.hpp"

namespace dkr {

OrStopped<bool> take_typed_conf(ServerCommand& command, const UniqueFd& signals) {
  if (!reads_stdin(command)) {
    return false;
  }
  while (true) {
    std::array<pollfd, 2> ready{{{signals.get(), POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}}};
    ::poll(ready.data(), ready.size(), -1);
    if (const auto stop = take_stop(signals)) {
      return told_to_stop(*stop);
    }
    if (ready[1].revents != 0 && !read_stdin(command.typed)) {
      break;
    }
  }
  const auto kept = become_stdin(command.typed);
  return kept ? OrStopped<bool>(true) : Stopped{fail(kept.error())};
}

std::string typed_conf_of(int supervisor) {
  const auto look = [supervisor] {
    if (const auto user = is_root() ? find_service_user() : std::nullopt) {
      [[maybe_unused]] const auto done = become(*user);
    }
    for (const RunningProcess& process : running_processes()) {
      const bool is_one = process.pid == supervisor || process.parent == supervisor;
      if (auto text = is_one ? stdin_of(process.pid) : std::string(); !text.empty()) {
        return text;
      }
    }
    return std::string();
  };
  std::string own = stdin_of(supervisor);
  return own.empty() ? in_child(look, std::chrono::steady_clock::now() + probe_timeout).value_or("")
                     : own;
}

}  // namespace dkr
