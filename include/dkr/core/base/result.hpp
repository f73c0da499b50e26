#pragma once

#include <string>
#include <tuple>
#include <utility>
#include <variant>

namespace dkr {

/// The exit statuses of dkr-redis itself; any other is the server's (128+n if signal n ended it).
/// 64, 69, 71 and 78 are from sysexits.h, 126 and 127 are those of a POSIX shell.
enum class ExitStatus : int {
  ok = 0,
  usage = 64,        ///< a flag or command line we do not understand
  unavailable = 69,  ///< nobody could be reached in the time allowed
  os = 71,           ///< the operating system refused something before the server ran
  config = 78,       ///< a setting, configuration file or volume that cannot work
  not_executable = 126,
  not_found = 127,
};

/// Why something failed: one line for a person, and the exit status of the process.
struct Error {
  ExitStatus status = ExitStatus::os;
  std::string text;
};

inline auto fields_of(const Error& error) {
  const auto& [status, text] = error;
  return std::tie(status, text);
}
constexpr ExitStatus last_of(ExitStatus /*type*/) {
  return ExitStatus::not_found;
}

/// The value of an operation that only succeeds or fails.
struct Done {};

/// A value, or an error in its place, by default an Error.
template <class T, class E = Error>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}  // NOLINT(google-explicit-constructor)
  Result(E error) : state_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] explicit operator bool() const { return state_.index() == 0; }
  /// The value; requires that the Result is true.
  [[nodiscard]] T& operator*() { return *std::get_if<0>(&state_); }
  [[nodiscard]] const T& operator*() const { return *std::get_if<0>(&state_); }
  [[nodiscard]] T* operator->() { return std::get_if<0>(&state_); }
  [[nodiscard]] const T* operator->() const { return std::get_if<0>(&state_); }
  /// The error; requires that the Result is false.
  [[nodiscard]] const E& error() const { return *std::get_if<1>(&state_); }

 private:
  std::variant<T, E> state_;
};

}  // namespace dkr
