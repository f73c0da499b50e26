#pragma once

#include <string>
#include <tuple>
#include <utility>
#include <variant>

namespace dkr {

/// The exit statuses that are ours; every other one is the server's own (128+n when signal n ended
/// it). 64, 69, 71 and 78 are those of sysexits.h; 126 and 127 those of a POSIX shell.
enum class ExitStatus : int {
  ok = 0,
  usage = 64,        ///< a flag or command line we do not understand
  unavailable = 69,  ///< nobody to talk to in the time that was given
  os = 71,           ///< the operating system refused something before the server ran
  config = 78,       ///< a setting, configuration file or volume that cannot work
  not_executable = 126,
  not_found = 127,
};

/// Why something ended: one line for a person, and the status the process leaves with.
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

/// The value of a step that only succeeds or fails.
struct Done {};

/// A value, or the failure that took its place: an Error where nothing more is known of it.
template <class T, class E = Error>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}  // NOLINT(google-explicit-constructor)
  Result(E error) : state_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] explicit operator bool() const { return state_.index() == 0; }
  /// The value; only when the Result is true.
  [[nodiscard]] T& operator*() { return *std::get_if<0>(&state_); }
  [[nodiscard]] const T& operator*() const { return *std::get_if<0>(&state_); }
  [[nodiscard]] T* operator->() { return std::get_if<0>(&state_); }
  [[nodiscard]] const T* operator->() const { return std::get_if<0>(&state_); }
  /// The error; only when the Result is false.
  [[nodiscard]] const E& error() const { return *std::get_if<1>(&state_); }

 private:
  std::variant<T, E> state_;
};

}  // namespace dkr
