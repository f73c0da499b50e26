#include "dkr/platform/log.hpp"

#include <poll.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <array>
#include <exception>
#include <memory>
#include <string>
#include <utility>

#include "dkr/core/base/text.hpp"

namespace dkr::log {
namespace {

constexpr const char* text_pattern = "%Y-%m-%dT%H:%M:%S.%eZ dkr-redis %l: %v";
constexpr const char* json_pattern =
    R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","name":"dkr-redis","level":"%l","msg":%*})";

/// The message as a JSON string.
class JsonMessage : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm& /*time*/,
              spdlog::memory_buf_t& out) override {
    const std::string quoted = quote_json({message.payload.data(), message.payload.size()});
    out.append(quoted.data(), quoted.data() + quoted.size());
  }
  [[nodiscard]] std::unique_ptr<custom_flag_formatter> clone() const override {
    return std::make_unique<JsonMessage>();
  }
};

spdlog::level::level_enum native(LogLevel level) {
  switch (level) {
    case LogLevel::trace:
      return spdlog::level::trace;
    case LogLevel::debug:
      return spdlog::level::debug;
    case LogLevel::info:
      return spdlog::level::info;
    case LogLevel::warn:
      return spdlog::level::warn;
    case LogLevel::error:
      return spdlog::level::err;
    case LogLevel::critical:
      return spdlog::level::critical;
    case LogLevel::off:
      return spdlog::level::off;
  }
  return spdlog::level::info;
}

std::unique_ptr<spdlog::formatter> formatter(LogFormat format) {
  auto made = std::make_unique<spdlog::pattern_formatter>(spdlog::pattern_time_type::utc);
  made->add_flag<JsonMessage>('*').set_pattern(format == LogFormat::json ? json_pattern
                                                                         : text_pattern);
  return made;
}

spdlog::logger& logger() {
  static spdlog::logger instance = [] {
    spdlog::logger made("dkr-redis", std::make_shared<spdlog::sinks::stderr_sink_st>());
    made.set_formatter(formatter(LogFormat::text));
    made.set_error_handler([](const std::string& /*why*/) {});
    return made;
  }();
  return instance;
}

/// True if a message can be written without waiting for its reader: PID 1 never waits.
bool has_room() noexcept {
  pollfd out{STDERR_FILENO, POLLOUT, 0};
  return ::poll(&out, 1, 0) != 0;
}

}  // namespace

void configure(LogLevel level, LogFormat format) {
  logger().set_level(native(level));
  logger().set_formatter(formatter(format));
}

bool writes(LogLevel level) noexcept {
  return logger().should_log(native(level));
}

void write(LogLevel level, std::string_view message) noexcept {
  if (!has_room()) {
    return;
  }
  try {
    logger().log(native(level), spdlog::string_view_t(message.data(), message.size()));
  } catch (const std::exception&) {
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, message.data(), message.size());
  }
}

void info(std::string_view message) noexcept {
  write(LogLevel::info, message);
}

void warn(std::string_view message) noexcept {
  write(LogLevel::warn, message);
}

void error(std::string_view message) noexcept {
  write(LogLevel::error, message);
}

void Changes::tell(std::string text) {
  if (text != last_) {
    last_ = std::move(text);
    write(LogLevel::trace, last_);
  }
}

}  // namespace dkr::log
