#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "support/deadline.hpp"
#include "support/fd.hpp"

namespace dkr::test {

using Calls = std::vector<long>;

/// A step of a Launch: from then on these system calls fail with an errno, without being made.
std::function<void()> failing(const Calls& calls, int error);

/// Holds system calls of a process until the test lets them go on.
class Gate {
 public:
  /// A call that is held.
  struct Held {
    std::uint64_t id;
    pid_t pid;  ///< who makes it, in the numbering of the test
    long number;
    std::uint64_t argument[6];
  };

  explicit Gate(Calls calls);

  /// The step of a Launch that closes the gate; to be the last one.
  std::function<void()> close();
  /// The next held call; nothing at the deadline.
  std::optional<Held> next(Deadline deadline = within());
  /// Lets a call be made.
  void release(const Held& held);
  /// Lets a call fail, without being made.
  void refuse(const Held& held, int error);
  /// Ends the gate: what is held now or later fails with ENOSYS.
  void remove() { listener_.close(); }
  /// The text that an argument of a held call points to.
  static std::string text(const Held& held, int argument);

 private:
  Calls calls_;
  Fd ours_;
  Fd theirs_;
  Fd listener_;
};

}  // namespace dkr::test
