#include "dkr/platform/process.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <link.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>

#include "dkr/platform/atomic_file.hpp"
#include "dkr/platform/child_main.hpp"

namespace dkr {
namespace {

constexpr const char* usual_path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

bool is_file(const std::string& path) {
  struct stat file {};
  return ::stat(path.c_str(), &file) == 0 && S_ISREG(file.st_mode);
}

/// Returns pointers to the words, as exec takes them.
std::vector<char*> pointers(const std::vector<std::string>& words) {
  std::vector<char*> result;
  result.reserve(words.size() + 1);
  for (const std::string& word : words) {
    result.push_back(const_cast<char*>(word.c_str()));  // NOLINT: execve only reads
  }
  result.push_back(nullptr);
  return result;
}

int drop_clean_pages_of(dl_phdr_info* info, std::size_t /*size*/, void* /*unused*/) {
  const auto page = static_cast<ElfW(Addr)>(::sysconf(_SC_PAGESIZE));
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const auto& segment = info->dlpi_phdr[i];
    // Not the writable segment: it also holds the relocated read-only tables, which would be lost.
    if (segment.p_type != PT_LOAD || (segment.p_flags & PF_W) != 0) {
      continue;
    }
    const ElfW(Addr) begin = (info->dlpi_addr + segment.p_vaddr) & ~(page - 1);
    const ElfW(Addr) end = info->dlpi_addr + segment.p_vaddr + segment.p_memsz;
    ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);  // NOLINT
  }
  return 1;
}

constexpr int last_fd = std::numeric_limits<int>::max();

void close_from(int first, int last) noexcept {
  if (first > last || ::syscall(SYS_close_range, first, last, 0) == 0) {
    return;
  }
  // Linux before 5.9, or an old container engine that forbids close_range().
  constexpr int usual_limit = 1024;
  for (int fd = first; fd <= std::min(last, usual_limit); ++fd) {
    ::close(fd);
  }
}

}  // namespace

std::optional<std::string> find_program(const std::string& name) {
  if (name.find('/') != std::string::npos) {
    return name;
  }
  const char* path = std::getenv("PATH");
  std::string_view rest = path != nullptr ? path : usual_path;
  std::optional<std::string> not_executable;
  while (!rest.empty()) {
    const auto colon = rest.find(':');
    std::string candidate = std::string(rest.substr(0, colon)) + "/" + name;
    if (candidate.starts_with('/') && is_file(candidate)) {
      if (::access(candidate.c_str(), X_OK) == 0) {
        return candidate;
      }
      not_executable = not_executable.value_or(candidate);
    }
    rest = colon == std::string_view::npos ? std::string_view() : rest.substr(colon + 1);
  }
  return not_executable;
}

Result<int> spawn(const Program& program) {
  const std::vector<char*> argv = pointers(program.argv);
  const std::vector<char*> env = pointers(program.env);
  ChildSpec spec{program.path.c_str(), argv.data(), env.data(), program.cwd.c_str(), ::getpid()};
  spec.take_terminal = !program.deaf && ::tcgetpgrp(STDIN_FILENO) == ::getpgrp();
  spec.blocked = program.deaf ? signal_bit(SIGTERM) : 0;
  // The child shares our memory until it executes the server, so nothing is copied. It makes only
  // system calls, and runs no signal handler, because we have none.
  const pid_t pid = ::vfork();  // NOLINT(clang-analyzer-security.insecureAPI.vfork)
  if (pid == 0) {
    child_main(spec);  // NOLINT(clang-analyzer-unix.Vfork)
  }
  if (pid < 0) {
    return Error{ExitStatus::os, std::string("cannot start a process: ") + std::strerror(errno)};
  }
  return pid;
}

Error replace_by(const std::string& path, const std::vector<std::string>& argv,
                 const InheritedSignals& inherited) {
  restore_signals(inherited);
  ::execv(path.c_str(), pointers(argv).data());
  const int error = errno;
  block_signals();
  return {error == ENOENT ? ExitStatus::not_found : ExitStatus::not_executable,
          "cannot execute " + path + ": " + std::strerror(error)};
}

std::optional<ProcessEnded> reap() noexcept {
  siginfo_t info{};
  if (::waitid(P_ALL, 0, &info, WEXITED | WNOHANG) != 0 || info.si_pid == 0) {
    return std::nullopt;
  }
  const bool exited = info.si_code == CLD_EXITED;
  return ProcessEnded{info.si_pid, exited ? info.si_status : signal_base + info.si_status};
}

void signal_process(int pid, int number) noexcept {
  ::kill(pid, number);
}

void kill_group(int pid) noexcept {
  ::kill(-pid, SIGKILL);
  ::kill(pid, SIGKILL);
}

void kill_remains(int pid) noexcept {
  ::kill(-pid, SIGKILL);
}

void adopt_orphans() noexcept {
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
}

void hold_standard_fds() noexcept {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
    if (::fcntl(fd, F_GETFD) >= 0) {
      continue;
    }
    // open() takes the lowest free descriptor, which is this one.
    if (::open("/dev/null", O_RDWR | O_CLOEXEC) < 0) {
      ::open("/", O_PATH | O_CLOEXEC);
    }
  }
}

void close_inherited_fds(std::array<int, 3> kept) noexcept {
  [[maybe_unused]] const int moved = ::chdir("/");
  std::sort(kept.begin(), kept.end());
  int first = STDERR_FILENO + 1;
  for (const int fd : kept) {
    if (fd >= first) {
      close_from(first, fd - 1);
      first = fd + 1;
    }
  }
  close_from(first, last_fd);
}

bool forbids_threads() noexcept {
  // Without arguments the call itself does nothing but fail, with another error.
  return ::syscall(SYS_clone3, nullptr, 0) < 0 && errno == EPERM;
}

long long bytes_moved(int pid) {
  const auto counts = read_file("/proc/" + std::to_string(pid) + "/io", Links::followed);
  if (!counts || !*counts) {
    return -1;
  }
  long long sum = 0;
  for (const std::string_view name : {"rchar: ", "wchar: "}) {
    const auto at = (*counts)->find(name);
    if (at == std::string::npos) {
      return -1;
    }
    sum += std::strtoll((*counts)->c_str() + at + name.size(), nullptr, 10);
  }
  return sum;
}

bool has_closed(int pid, std::string_view name) noexcept {
  std::array<char, 32> folder{};
  static_cast<void>(std::snprintf(folder.data(), folder.size(), "/proc/%d/fd", pid));
  DIR* const open = ::opendir(folder.data());
  bool any = false;
  bool found = false;
  while (const dirent* entry = open != nullptr ? ::readdir(open) : nullptr) {
    std::array<char, PATH_MAX> path{};
    const ssize_t length = ::readlinkat(::dirfd(open), entry->d_name, path.data(), path.size());
    const std::string_view file(path.data(), length > 0 ? static_cast<std::size_t>(length) : 0);
    any = any || !file.empty();
    found = found || file.substr(file.rfind('/') + 1).starts_with(name);
  }
  if (open != nullptr) {
    ::closedir(open);
  }
  return any && !found;
}

std::string boot_id() {
  const auto text = read_file("/proc/sys/kernel/random/boot_id", Links::followed);
  return text && *text ? (*text)->substr(0, (*text)->find('\n')) : "";
}

void drop_clean_pages() noexcept {
  ::dl_iterate_phdr(drop_clean_pages_of, nullptr);
}

}  // namespace dkr
