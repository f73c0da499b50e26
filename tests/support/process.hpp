#pragma once

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "support/deadline.hpp"
#include "support/fd.hpp"

namespace dkr::test {

/// Where a process runs: as the first of a PID namespace, or as a later one of a namespace whose
/// first process only waits.
enum class Place { pid1, below };
std::ostream& operator<<(std::ostream& out, Place place);

/// A file that stands in for another one, for one process and its descendants only.
struct Bind {
  std::filesystem::path from;
  std::filesystem::path to;
};

/// How to start a program. It gets its own PID and mount namespace with a /proc, its own session,
/// every signal at its default and unblocked, and a umask of 022; `prepare` may change all that.
struct Launch {
  std::vector<std::string> argv;  ///< the program is argv[0]
  std::vector<std::string> env;   ///< NAME=value, all of it
  Place place = Place::pid1;
  std::filesystem::path cwd = "/";
  std::map<int, int> fds;  ///< its descriptor (below 256) -> ours, or -1: closed
  std::vector<Bind> binds;
  std::vector<std::function<void()>> prepare;  ///< run in the new process, just before exec
};

/// How a process ended.
struct Ended {
  enum class How { exited, killed };
  How how;
  int value;
  friend bool operator==(const Ended&, const Ended&) = default;
};

constexpr Ended exited(int code) {
  return {Ended::How::exited, code};
}
constexpr Ended killed(int signal) {
  return {Ended::How::killed, signal};
}
std::ostream& operator<<(std::ostream& out, const Ended& ended);

/// A process that was forked here, and killed and waited for in the end.
class Child {
 public:
  /// Forks with the CLONE_... flags; the new process runs `body` and leaves with what it returns.
  Child(unsigned long long flags, const std::function<int()>& body);
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child();

  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] int pidfd() const { return pidfd_.get(); }
  void signal(int number) const;
  /// How it ended; nothing at the deadline.
  std::optional<Ended> wait(Deadline deadline = within());

 private:
  pid_t pid_ = -1;
  Fd pidfd_;
  std::optional<Ended> ended_;
};

/// A program started by a Launch. It has been exec'ed when the constructor returns. What it writes
/// to descriptors 1 and 2 is kept, unless these were given. All that is left of its PID namespace
/// ends with the object.
class Process {
 public:
  explicit Process(const Launch& launch);

  /// In the numbering of the test.
  [[nodiscard]] pid_t pid() const { return child_->pid(); }
  void signal(int number) const { child_->signal(number); }
  std::optional<Ended> wait(Deadline deadline = within()) { return child_->wait(deadline); }
  [[nodiscard]] int pidfd() const { return child_->pidfd(); }
  [[nodiscard]] std::string out() const { return contents(out_.get()); }
  [[nodiscard]] std::string err() const { return contents(err_.get()); }

 private:
  Fd out_ = memory_file();
  Fd err_ = memory_file();
  std::optional<Child> keeper_;  ///< holds the namespace of a Place::below
  std::optional<Child> child_;
};

/// A handle on a process by its number (in the numbering of the test).
Fd open_pidfd(pid_t pid);

/// Runs `body` in a PID and mount namespace of its own, which ends with this process, whatever ends
/// it. Returns what `body` returned.
int run_isolated(const std::function<int()>& body);

}  // namespace dkr::test
