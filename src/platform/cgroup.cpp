#include "dkr/platform/cgroup.hpp"

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/base/text.hpp"
#include "dkr/platform/atomic_file.hpp"

namespace dkr {
namespace {

/// A cgroup version: what precedes our group's path in /proc/self/cgroup, the root of all groups,
/// and the files with the count and with the limit.
struct Version {
  std::string_view controller;
  const char* root;
  const char* kills;
  const char* limit;
};

constexpr std::array versions{
    Version{"::", "/sys/fs/cgroup", "/memory.events", "/memory.max"},
    Version{":memory:", "/sys/fs/cgroup/memory", "/memory.oom_control", "/memory.limit_in_bytes"}};

std::string text_of(const std::string& path) {
  auto text = read_file(path, Links::followed);
  return text && *text ? std::move(**text) : std::string();
}

/// Returns the rest of the line after some words; empty if they are not in the text.
std::string line_after(const std::string& text, std::string_view words) {
  const auto at = text.find(words);
  if (at == std::string::npos) {
    return {};
  }
  const auto begin = at + words.size();
  return text.substr(begin, text.find('\n', begin) - begin);
}

/// Returns the first number that `read` finds in this file of our group; -1: none.
template <class Read>
long long number_of_group(const char* Version::*file, const Read& read) {
  const std::string groups = text_of("/proc/self/cgroup");
  for (const Version& version : versions) {
    // Without a cgroup namespace, a container reads the host's path of its group, and still sees
    // the group as the root.
    for (const std::string& group : {line_after(groups, version.controller), std::string()}) {
      const std::string number = read(text_of(version.root + group + version.*file));
      if (const auto found = parse_number(number, 0, 1LL << 62)) {
        return *found;
      }
    }
  }
  return -1;
}

}  // namespace

long long memory_kills() {
  return number_of_group(&Version::kills,
                         [](const std::string& text) { return line_after(text, "oom_kill "); });
}

long long memory_limit() {
  constexpr long long no_limit = 1LL << 50;
  const long long limit = number_of_group(
      &Version::limit, [](const std::string& text) { return line_after(text, ""); });
  return limit < no_limit ? limit : -1;
}

}  // namespace dkr
