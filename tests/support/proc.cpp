#include "support/proc.hpp"

#include <filesystem>
#include <sstream>
#include <system_error>

#include "support/temp_dir.hpp"

namespace dkr::test {
namespace {

std::filesystem::path proc(pid_t pid) {
  return std::filesystem::path("/proc") / std::to_string(pid);
}

}  // namespace

ProcStatus::ProcStatus(pid_t pid) {
  std::istringstream lines(read_file(proc(pid) / "status"));
  for (std::string line; std::getline(lines, line);) {
    const auto colon = line.find(':');
    std::istringstream words(line.substr(colon + 1));
    std::string text;
    for (std::string word; words >> word;) {
      text += text.empty() ? word : " " + word;
    }
    rows_[line.substr(0, colon)] = text;
  }
}

std::string ProcStatus::text(const std::string& name) const {
  const auto row = rows_.find(name);
  return row == rows_.end() ? std::string() : row->second;
}

long ProcStatus::number(const std::string& name) const {
  const std::string value = text(name);
  return value.empty() ? -1 : std::stol(value);
}

std::uint64_t ProcStatus::signals(const std::string& name) const {
  const std::string value = text(name);
  return value.empty() ? 0 : std::stoull(value, nullptr, 16);
}

char ProcStatus::state() const {
  const std::string value = text("State");
  return value.empty() ? '\0' : value.front();
}

std::vector<pid_t> children_of(pid_t pid) {
  std::istringstream words(read_file(proc(pid) / "task" / std::to_string(pid) / "children"));
  std::vector<pid_t> children;
  for (pid_t child = 0; words >> child;) {
    children.push_back(child);
  }
  return children;
}

std::map<int, std::string> fds_of(pid_t pid) {
  std::map<int, std::string> fds;
  std::error_code gone;
  for (const auto& entry : std::filesystem::directory_iterator(proc(pid) / "fd", gone)) {
    const auto target = std::filesystem::read_symlink(entry.path(), gone);
    if (!gone) {
      fds[std::stoi(entry.path().filename().string())] = target.string();
    }
  }
  return fds;
}

std::string link_of(pid_t pid, const std::string& name) {
  std::error_code gone;
  return std::filesystem::read_symlink(proc(pid) / name, gone).string();
}

std::vector<long> stat_of(pid_t pid) {
  const std::string text = read_file(proc(pid) / "stat");
  const auto name_end = text.rfind(')');
  std::vector<long> numbers;
  if (name_end != std::string::npos && text.size() > name_end + 4) {
    std::istringstream words(text.substr(name_end + 4));
    for (long number = 0; numbers.size() < 5 && words >> number;) {
      numbers.push_back(number);
    }
  }
  numbers.resize(5, -1);
  return numbers;
}

}  // namespace dkr::test
