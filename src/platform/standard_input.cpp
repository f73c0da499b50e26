#include "dkr/platform/standard_input.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "dkr/platform/atomic_file.hpp"
#include "dkr/platform/unique_fd.hpp"

namespace dkr {
namespace {

constexpr const char* memory_name = "dkr-redis-configuration";

}  // namespace

bool read_stdin(std::string& text) {
  std::array<char, 4096> block{};
  const ssize_t got = ::read(STDIN_FILENO, block.data(), block.size());
  text.append(block.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  return got > 0;
}

Result<Done> become_stdin(const std::string& text) {
  const UniqueFd memory(::memfd_create(memory_name, MFD_CLOEXEC));
  if (!memory || !write_all(memory, text) || ::dup2(memory.get(), STDIN_FILENO) < 0) {
    return Error{ExitStatus::os,
                 std::string("cannot keep what is on standard input: ") + std::strerror(errno)};
  }
  rewind_stdin();
  return Done{};
}

void rewind_stdin() noexcept {
  ::lseek(STDIN_FILENO, 0, SEEK_SET);
}

std::string stdin_of(int pid) {
  const std::string path = "/proc/" + std::to_string(pid) + "/fd/0";
  std::array<char, 64> target{};
  const ssize_t length = ::readlink(path.c_str(), target.data(), target.size());
  if (length < 0 || std::string(target.data(), static_cast<std::size_t>(length))
                            .find(std::string("memfd:") + memory_name) == std::string::npos) {
    return "";
  }
  const auto text = read_file(path, Links::followed);
  return text && *text ? **text : "";
}

}  // namespace dkr
