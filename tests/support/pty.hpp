#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "support/deadline.hpp"
#include "support/fd.hpp"

namespace dkr::test {

/// A terminal; the test sits at its keyboard.
class Terminal {
 public:
  Terminal();

  /// The side of the programs.
  [[nodiscard]] int slave() const { return slave_.get(); }
  /// A step of a Launch whose descriptor 0 is the slave: makes it the controlling terminal.
  static std::function<void()> take();
  void type(std::string_view keys);
  /// Reads the screen until a text has come; false at the deadline.
  bool shows(std::string_view text, Deadline deadline = within());

 private:
  Fd master_;
  Fd slave_;
  std::string screen_;
};

}  // namespace dkr::test
