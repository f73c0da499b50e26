#pragma once

#include <string>
#include <string_view>

#include "dkr/core/settings/choices.hpp"

/// Our own log, on standard error; standard output belongs to the server. Never throws; a message
/// that cannot be written at once is dropped.
namespace dkr::log {

/// Sets level and format. Until then, messages from `info` up are written as text.
void configure(LogLevel level, LogFormat format);

/// True if messages of this level are written.
bool writes(LogLevel level) noexcept;
void write(LogLevel level, std::string_view message) noexcept;

/// Logs what was seen, or why something was decided. `text` is a function that makes the message;
/// it is called only if the message is written.
template <class Text>
void trace(const Text& text) {
  if (writes(LogLevel::trace)) {
    write(LogLevel::trace, text());
  }
}
template <class Text>
void debug(const Text& text) {
  if (writes(LogLevel::debug)) {
    write(LogLevel::debug, text());
  }
}

void info(std::string_view message) noexcept;
void warn(std::string_view message) noexcept;
void error(std::string_view message) noexcept;

/// Traces something that is seen again and again, each time that it has changed.
class Changes {
 public:
  template <class Text>
  void trace(const Text& text) {
    if (writes(LogLevel::trace)) {
      tell(text());
    }
  }

 private:
  void tell(std::string text);

  std::string last_;
};

}  // namespace dkr::log
