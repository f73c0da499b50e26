#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace dkr::test {

/// What /proc/PID/status says about a process, by the names used there.
class ProcStatus {
 public:
  explicit ProcStatus(pid_t pid);

  /// False when there is no such process.
  [[nodiscard]] bool exists() const { return !rows_.empty(); }
  /// The text behind a name, blanks between words made single ones.
  [[nodiscard]] std::string text(const std::string& name) const;
  /// A number in decimal.
  [[nodiscard]] long number(const std::string& name) const;
  /// A set of signals: bit n-1 stands for signal n.
  [[nodiscard]] std::uint64_t signals(const std::string& name) const;
  /// R, S, T, Z and so on; '\0' when there is no such process.
  [[nodiscard]] char state() const;

 private:
  std::map<std::string, std::string> rows_;
};

/// Every signal that can be blocked: all 64 but SIGKILL and SIGSTOP.
inline constexpr std::uint64_t blockable_signals = ~((1ULL << 8U) | (1ULL << 18U));

constexpr std::uint64_t signal_bit(int signal) {
  return 1ULL << static_cast<unsigned>(signal - 1);
}

/// The children of a process, zombies too, oldest first.
std::vector<pid_t> children_of(pid_t pid);

/// Descriptor -> what it leads to.
std::map<int, std::string> fds_of(pid_t pid);

/// Where a link such as "cwd" or "exe" of a process leads.
std::string link_of(pid_t pid, const std::string& name);

/// The numbers behind the state in /proc/PID/stat: [0] parent, [1] group, [2] session, [3]
/// terminal, [4] foreground group of the terminal. In the numbering of the reader.
std::vector<long> stat_of(pid_t pid);

}  // namespace dkr::test
