#include "dkr/platform/silent_run.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include "dkr/platform/unique_fd.hpp"

namespace dkr {
namespace {

constexpr int not_run = 127;

[[noreturn]] void run_silently(const std::string& path, std::string name, std::string file) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (null < 0 || ::dup2(null, standard) < 0) {
      ::_exit(not_run);
    }
  }
  std::array<char*, 3> argv{name.data(), file.data(), nullptr};
  std::array<char*, 1> no_environment{nullptr};
  ::execve(path.c_str(), argv.data(), no_environment.data());
  ::_exit(not_run);
}

}  // namespace

int status_of_run_on(const std::string& path, const std::string& name, std::string_view bytes) {
  const UniqueFd file(::memfd_create("bytes", 0));
  if (!file ||
      ::write(file.get(), bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) {
    return -1;
  }
  const pid_t pid = ::fork();
  if (pid == 0) {
    run_silently(path, name, "/proc/self/fd/" + std::to_string(file.get()));
  }
  int status = 0;
  const bool ended = pid > 0 && ::waitpid(pid, &status, 0) == pid && WIFEXITED(status);
  return ended && WEXITSTATUS(status) < not_run - 1 ? WEXITSTATUS(status) : -1;
}

}  // namespace dkr
