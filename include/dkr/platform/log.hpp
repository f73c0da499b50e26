#pragma once

#include <string>
#include <string_view>

#include "dkr/core/settings/choices.hpp"

/// Our own messages, on standard error; standard output belongs to the server. Never throws, and a
/// message that cannot be written is dropped.
namespace dkr::log {

/// Until this is called, messages from `info` up are written as text.
void configure(LogLevel level, LogFormat format);

/// Whether messages of a level are written.
bool writes(LogLevel level) noexcept;
void write(LogLevel level, std::string_view message) noexcept;

/// What was seen, and why something was decided. The text is a function that makes it, called only
/// where it is written.
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

/// Something that is seen again and again: traced each time that it is another.
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
