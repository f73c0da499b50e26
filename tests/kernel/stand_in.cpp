// A server that does what the variable STAND_IN says: statements separated by ';', one after the
// other, then exit 0.
//
//   say WORD          writes a line to the FIFO named by STAND_IN_TO
//   exit CODE
//   die SIGNAL        by the default action of that signal
//   ignore SIGNAL
//   on SIGNAL exit CODE       both: what to do about a signal from now on,
//   on SIGNAL orphans COUNT   the second only in `collect`
//   wait              for ever
//   collect           takes every signal, for ever: says "SIGNAL from PID", then does as told by
//   `on` orphans COUNT     makes that many zombies that are nobody's children; says "orphans" child
//   NAME        a process of this group that only waits orphan NAME       the same, but its parent
//   is gone stray NAME        the same, but in its own session and deaf to every signal give-tty
//   puts the group of the parent in front of the terminal bother read|set   a process of the group
//   of the parent touches the terminal from behind;
//                     says "bothered SIGNAL": what stopped it

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <map>
#include <sstream>
#include <string>

#include "support/signals.hpp"

namespace {

using namespace dkr::test;
using Words = std::istringstream;

volatile std::sig_atomic_t exit_statuses[65];
int orphans_on[65];

void say(const std::string& text) {
  const char* path = std::getenv("STAND_IN_TO");
  const int fd = path == nullptr ? -1 : open(path, O_WRONLY | O_CLOEXEC);
  const std::string line = text + "\n";
  if (fd < 0 || write(fd, line.data(), line.size()) < 0) {
    _exit(99);
  }
  close(fd);
}

template <class T>
T next(Words& words) {
  T value{};
  if (!(words >> value)) {
    _exit(98);
  }
  return value;
}

[[noreturn]] void wait_for_ever() {
  for (;;) {
    pause();
  }
}

[[noreturn]] void die(int signal) {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  set_disposition(signal, SIG_DFL);
  set_mask(0);
  send(getpid(), signal);
  wait_for_ever();
}

/// One process makes `count` zombies and goes: they become PID 1's (or the subreaper's).
void make_orphans(int count) {
  const pid_t middle = fork();
  if (middle == 0) {
    for (int made = 0; made < count; ++made) {
      const pid_t child = vfork();  // quicker, and this one only ends
      if (child <= 0) {
        _exit(child == 0 ? 0 : 97);
      }
    }
    _exit(0);
  }
  int status = 0;
  waitpid(middle, &status, 0);
  say(status == 0 ? "orphans" : "no orphans");
}

void exit_as_told(int signal) {
  _exit(exit_statuses[signal]);
}

void on(Words& words) {
  const int signal = next<int>(words);
  if (next<std::string>(words) == "exit") {
    exit_statuses[signal] = next<int>(words);
    std::signal(signal, exit_as_told);
  } else {
    orphans_on[signal] = next<int>(words);
  }
}

[[noreturn]] void collect() {
  const std::uint64_t all = ~0ULL;
  set_mask(all);
  std::signal(SIGCHLD, SIG_DFL);
  say("collecting");
  for (;;) {
    siginfo_t info{};
    const int signal = take_signal(all & ~(1ULL << (SIGCHLD - 1U)), info);
    say(std::to_string(signal) + " from " + std::to_string(info.si_pid));
    if (orphans_on[signal] > 0) {
      make_orphans(orphans_on[signal]);
    }
    struct sigaction action {};
    sigaction(signal, nullptr, &action);
    if (action.sa_handler == exit_as_told) {
      _exit(exit_statuses[signal]);
    }
  }
}

[[noreturn]] void linger(const std::string& name, bool stray, int ready) {
  prctl(PR_SET_NAME, name.c_str());
  if (stray) {
    setsid();
    set_dispositions(SIG_IGN);
  }
  say(name);
  if (write(ready, "x", 1) != 1) {
    _exit(97);
  }
  close(ready);
  wait_for_ever();
}

/// Starts a process that lingers, and waits until it has said its name.
void start(const std::string& kind, const std::string& name) {
  std::array<int, 2> ready{};
  if (pipe(ready.data()) != 0) {
    _exit(97);
  }
  const pid_t first = fork();
  if (first == 0) {
    if (kind == "child" || fork() == 0) {
      linger(name, kind == "stray", ready[1]);
    }
    _exit(0);
  }
  if (kind != "child") {
    waitpid(first, nullptr, 0);
  }
  close(ready[1]);
  char byte = 0;
  if (read(ready[0], &byte, 1) != 1) {
    _exit(97);
  }
  close(ready[0]);
}

void give_tty() {
  set_mask(1ULL << (SIGTTOU - 1U));
  if (tcsetpgrp(0, getpgid(getppid())) != 0) {
    _exit(96);
  }
  set_mask(0);
}

void bother(const std::string& how) {
  const pid_t group = getpgid(getppid());
  const pid_t child = fork();
  if (child == 0) {
    termios settings{};
    char byte = 0;
    if (setpgid(0, group) != 0 || tcgetattr(0, &settings) != 0) {
      _exit(95);
    }
    _exit(how == "read" ? static_cast<int>(read(0, &byte, 1)) : tcsetattr(0, TCSANOW, &settings));
  }
  int status = 0;
  waitpid(child, &status, WUNTRACED);
  say("bothered " + std::to_string(WIFSTOPPED(status) ? WSTOPSIG(status) : -status));
  send(child, SIGKILL);
  waitpid(child, nullptr, 0);
}

const std::map<std::string, void (*)(Words&)> verbs{
    {"say", [](Words& words) { say(next<std::string>(words)); }},
    {"exit", [](Words& words) { _exit(next<int>(words)); }},
    {"die", [](Words& words) { die(next<int>(words)); }},
    {"ignore", [](Words& words) { set_disposition(next<int>(words), SIG_IGN); }},
    {"on", on},
    {"wait", [](Words&) { wait_for_ever(); }},
    {"collect", [](Words&) { collect(); }},
    {"orphans", [](Words& words) { make_orphans(next<int>(words)); }},
    {"child", [](Words& words) { start("child", next<std::string>(words)); }},
    {"orphan", [](Words& words) { start("orphan", next<std::string>(words)); }},
    {"stray", [](Words& words) { start("stray", next<std::string>(words)); }},
    {"give-tty", [](Words&) { give_tty(); }},
    {"bother", [](Words& words) { bother(next<std::string>(words)); }},
};

}  // namespace

int main() {
  const char* script = std::getenv("STAND_IN");
  Words statements(script == nullptr ? "" : script);
  for (std::string statement; std::getline(statements, statement, ';');) {
    Words words(statement);
    const auto verb = verbs.find(next<std::string>(words));
    if (verb == verbs.end()) {
      return 94;
    }
    verb->second(words);
  }
  return 0;
}
