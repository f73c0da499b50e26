#pragma once

#include <string_view>

#include "dkr/core/settings/choices.hpp"

/// Our own messages, on standard error; standard output belongs to the server. Never throws, and a
/// message that cannot be written is dropped.
namespace dkr::log {

/// Until this is called, messages from `info` up are written as text.
void configure(LogLevel level, LogFormat format);

void debug(std::string_view message) noexcept;
void info(std::string_view message) noexcept;
void warn(std::string_view message) noexcept;
void error(std::string_view message) noexcept;

}  // namespace dkr::log
