#include "dkr/core/conf/copied_conf.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace dkr {
namespace {

constexpr std::string_view mark = "# dkr-redis: a copy of ";
constexpr std::string_view of_text = ", text ";

/// Returns 16 hex digits that stand for a text. Source: FNV-1a, 64 bits.
std::string print_of(std::string_view text) {
  constexpr std::uint64_t basis = 14695981039346656037U;
  constexpr std::uint64_t prime = 1099511628211U;
  constexpr unsigned digit_bits = 4;
  std::uint64_t hash = basis;
  for (const char byte : text) {
    hash = (hash ^ static_cast<unsigned char>(byte)) * prime;
  }
  std::string digits;
  for (unsigned left = 64; left > 0; left -= digit_bits) {
    digits += "0123456789abcdef"[(hash >> (left - digit_bits)) & 15U];
  }
  return digits;
}

std::string_view first_line(std::string_view text) {
  return text.substr(0, text.find('\n'));
}

/// What the mark of a copy says; both are empty if it has none.
struct Origin {
  std::string_view path;
  std::string_view print;
};

Origin origin_of(std::string_view copy) {
  std::string_view line = first_line(copy);
  const auto end = line.rfind(of_text);
  if (!line.starts_with(mark) || end == std::string_view::npos) {
    return {};
  }
  return {line.substr(mark.size(), end - mark.size()), line.substr(end + of_text.size())};
}

}  // namespace

std::string marked_copy(std::string_view text, const std::string& path, std::string_view original) {
  std::string copy = std::string(mark) + path + std::string(of_text) + print_of(original) + '\n';
  if (!origin_of(text).print.empty()) {
    text.remove_prefix(std::min(first_line(text).size() + 1, text.size()));
  }
  return copy.append(text);
}

std::string passed_over(const NamedConf& named, const std::string& copy, std::string_view text) {
  const Origin origin = origin_of(text);
  if (named.text && print_of(*named.text) == origin.print) {
    return {};
  }
  const std::string advice = "; to start from that file, remove " + copy;
  if (named.text && origin.path == named.path) {
    return named.path + " has changed since it was copied to " + copy + ", which is in force" +
           advice;
  }
  if (!named.by_hand) {
    return {};
  }
  return named.path + " is not in force: " + copy +
         (origin.path.empty() ? " is" : " is, a copy of " + std::string(origin.path)) + advice;
}

std::string unused_setting(const Settings& settings, const ServerCommand& command) {
  const std::string setting = "REDIS_CONF=" + settings.conf.value;
  if (!settings.conf.given || settings.conf.value == command.conf_path) {
    return {};
  }
  if (!command.conf_path.empty()) {
    return setting + " is not in force: " + command.conf_path +
           ", named on the command line, comes first";
  }
  return command.sentinel
             ? setting + " is not in force: name that of a sentinel on the command line"
             : std::string();
}

}  // namespace dkr
