#include "dkr/core/conf/conf_complaint.hpp"

#include <algorithm>
#include <vector>

#include "dkr/core/base/text.hpp"
#include "dkr/core/conf/secret_names.hpp"

namespace dkr {
namespace {

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    lines.push_back(trim(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

/// Returns the name in `>>> 'name value...'`.
std::string name_in(std::string_view quoted) {
  const auto begin = quoted.find_first_not_of(">' \"");
  quoted.remove_prefix(std::min(begin, quoted.size()));
  return std::string(quoted.substr(0, quoted.find_first_of(" '\"")));
}

}  // namespace

// Source: loadServerConfigFromString() and loadServerConfig() in config.c.
std::optional<std::string> complaint_in(std::string_view output) {
  const auto lines = lines_of(output);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (const auto at = lines[i].find("can't open config file"); at != std::string_view::npos) {
      return std::string(lines[i].substr(at));
    }
    if (!lines[i].starts_with(">>> ") || i + 1 == lines.size()) {
      continue;
    }
    const std::string name = name_in(lines[i]);
    if (name == unknown_directive) {
      return std::nullopt;
    }
    return name + (names_secret(name) ? std::string() : ": " + std::string(lines[i + 1]));
  }
  return std::nullopt;
}

}  // namespace dkr
