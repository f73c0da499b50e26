#include "dkr/platform/terminal.hpp"

#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>

#include "dkr/platform/signals.hpp"

namespace dkr {
namespace {

using std::chrono::milliseconds;

int rest_of(TimePoint deadline) {
  const auto rest = std::chrono::ceil<milliseconds>(deadline - std::chrono::steady_clock::now());
  return static_cast<int>(std::max<milliseconds::rep>(0, rest.count()));
}

/// Takes all signals that have come; those of ended children mean nothing here.
Woken take_signals(const UniqueFd& signals) noexcept {
  Woken woken = Woken::in_time;
  while (const auto signal = next_signal(signals)) {
    if (is_stop(signal->number) || signal->number == SIGHUP || signal->number == SIGPIPE) {
      return Woken::stopped;
    }
    if (signal->number == SIGTSTP) {
      static_cast<void>(::raise(SIGSTOP));
    }
    const bool anew = signal->number == SIGWINCH || signal->number == SIGTSTP;
    woken = anew ? Woken::resized : woken;
  }
  return woken;
}

}  // namespace

Terminal terminal_of_output() noexcept {
  winsize size{};
  if (::isatty(STDOUT_FILENO) == 0) {
    return {};
  }
  const bool told = ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0;
  return {true, told ? size.ws_col : std::size_t{0}, told ? size.ws_row : std::size_t{0}};
}

bool wants_colour() noexcept {
  const char* no = std::getenv("NO_COLOR");
  return terminal_of_output().there && (no == nullptr || *no == '\0');
}

Woken wait_as_screen(const UniqueFd& signals, const UniqueFd* from, TimePoint deadline) noexcept {
  for (;;) {
    std::array<pollfd, 3> all{{{signals.get(), POLLIN, 0},
                               {STDOUT_FILENO, 0, 0},
                               {from == nullptr ? -1 : from->get(), POLLIN, 0}}};
    const int ready = ::poll(all.data(), all.size(), rest_of(deadline));
    if (ready < 0 && errno != EINTR) {
      return Woken::stopped;
    }
    if (const Woken woken = take_signals(signals); woken != Woken::in_time) {
      return woken;
    }
    if (all[1].revents != 0) {
      return Woken::stopped;
    }
    if (ready == 0 || all[2].revents != 0) {
      return Woken::in_time;
    }
  }
}

bool write_to_screen(const UniqueFd& signals, std::string_view text) noexcept {
  // A pipe that is ready takes so much at once.
  constexpr std::size_t most = 512;
  while (!text.empty()) {
    std::array<pollfd, 2> all{{{signals.get(), POLLIN, 0}, {STDOUT_FILENO, POLLOUT, 0}}};
    if ((::poll(all.data(), all.size(), -1) < 0 && errno != EINTR) ||
        take_signals(signals) == Woken::stopped || (all[1].revents & (POLLERR | POLLNVAL)) != 0) {
      return false;
    }
    if ((all[1].revents & POLLOUT) == 0) {
      continue;
    }
    const ssize_t written = ::write(STDOUT_FILENO, text.data(), std::min(text.size(), most));
    if (written < 0 && errno != EAGAIN && errno != EINTR) {
      return false;
    }
    text.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(written, 0)));
  }
  return true;
}

}  // namespace dkr
