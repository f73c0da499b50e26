#include "dkr/platform/machine.hpp"

#include <sys/statvfs.h>

#include <limits>
#include <string_view>

#include "dkr/core/base/text.hpp"
#include "dkr/platform/atomic_file.hpp"
#include "dkr/platform/cgroup.hpp"

namespace dkr {
namespace {

std::string text_of(const std::string& path) {
  const auto text = read_file(path, Links::followed);
  return text && *text ? std::string(trim(**text)) : std::string();
}

int number_in(const std::string& path) {
  return parse_count(text_of(path), -1);
}

/// Returns the bytes of memory that the machine has; -1: unknown.
long long memory_of_machine() {
  constexpr std::string_view name = "MemTotal:";
  constexpr long long kilobyte = 1024;
  constexpr long long most = std::numeric_limits<long long>::max() / kilobyte;
  const std::string all = text_of("/proc/meminfo");
  const auto at = all.find(name);
  if (at == std::string::npos) {
    return -1;
  }
  const std::string_view rest =
      trim(std::string_view(all).substr(at + name.size(), all.find('\n', at) - at - name.size()));
  const auto kilobytes = parse_number(rest.substr(0, rest.find(' ')), 0, most);
  return kilobytes ? *kilobytes * kilobyte : -1;
}

}  // namespace

MachineSymptoms look_at_machine() {
  MachineSymptoms machine;
  machine.memory = memory_of_machine();
  machine.memory_limit = memory_limit();
  machine.memory_kills = memory_kills();
  machine.overcommit = number_in("/proc/sys/vm/overcommit_memory");
  machine.somaxconn = number_in("/proc/sys/net/core/somaxconn");
  machine.huge_pages =
      text_of("/sys/kernel/mm/transparent_hugepage/enabled").find("[always]") != std::string::npos;
  return machine;
}

void look_at_disk(VolumeSymptoms& volume) {
  struct statvfs disk {};
  if (::statvfs(volume.path.c_str(), &disk) == 0) {
    const auto block = static_cast<long long>(disk.f_frsize);
    volume.size = static_cast<long long>(disk.f_blocks) * block;
    volume.free = static_cast<long long>(disk.f_bavail) * block;
  }
}

}  // namespace dkr
