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
/// and the file with the count.
struct Version {
  std::string_view controller;
  const char* root;
  const char* file;
};

constexpr std::array versions{Version{"::", "/sys/fs/cgroup", "/memory.events"},
                              Version{":memory:", "/sys/fs/cgroup/memory", "/memory.oom_control"}};

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

}  // namespace

long long memory_kills() {
  const std::string groups = text_of("/proc/self/cgroup");
  for (const Version& version : versions) {
    // Without a cgroup namespace, a container reads the host's path of its group, and still sees
    // the group as the root.
    for (const std::string& group : {line_after(groups, version.controller), std::string()}) {
      const std::string count =
          line_after(text_of(version.root + group + version.file), "oom_kill ");
      if (const auto kills = parse_number(count, 0, 1LL << 62)) {
        return *kills;
      }
    }
  }
  return -1;
}

}  // namespace dkr
