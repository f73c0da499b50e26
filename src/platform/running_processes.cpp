#include "dkr/platform/running_processes.hpp"

#include <algorithm>
#include <filesystem>
#include <limits>
#include <optional>
#include <string_view>
#include <system_error>

#include "dkr/core/base/text.hpp"
#include "dkr/platform/atomic_file.hpp"

namespace dkr {
namespace {

std::string text_in_proc(int pid, const char* file) {
  const auto text = read_file("/proc/" + std::to_string(pid) + "/" + file, Links::followed);
  return text && *text ? **text : "";
}

std::optional<int> number(std::string_view text) {
  const auto found = parse_number(text, 0, std::numeric_limits<int>::max());
  return found ? std::optional(static_cast<int>(*found)) : std::nullopt;
}

/// Returns the parent: the second word behind the name, which is in brackets and may hold anything.
int parent_of(int pid) {
  const std::string stat = text_in_proc(pid, "stat");
  const auto name = std::min(stat.rfind(')'), stat.size());
  const std::string_view rest =
      trim(std::string_view(stat).substr(std::min(name + 1, stat.size())));
  const auto begin = std::min(rest.find(' '), rest.size() - 1) + 1;
  const std::string_view parent = rest.substr(std::min(begin, rest.size()));
  return number(parent.substr(0, parent.find(' '))).value_or(0);
}

}  // namespace

std::vector<RunningProcess> running_processes() {
  std::vector<RunningProcess> all;
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", none)) {
    if (const auto pid = number(entry.path().filename().string())) {
      all.push_back({*pid, parent_of(*pid)});
    }
  }
  return all;
}

bool has_deleted_file(int pid, std::string_view ending) {
  constexpr std::string_view mark = " (deleted)";  // behind the name
  std::error_code none;
  const auto files =
      std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/fd", none);
  return std::any_of(begin(files), end(files), [&](const auto& entry) {
    std::error_code gone;
    const std::string name = std::filesystem::read_symlink(entry.path(), gone).string();
    return name.ends_with(std::string(ending).append(mark));
  });
}

std::string control_group_of(int pid) {
  return text_in_proc(pid, "cgroup");
}

std::vector<std::string> words_of_process(int pid) {
  const std::string text = text_in_proc(pid, "cmdline");
  std::vector<std::string> words;
  for (std::string_view rest = text; !rest.empty();) {
    const auto end = std::min(rest.find('\0'), rest.size());
    words.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return words;
}

}  // namespace dkr
