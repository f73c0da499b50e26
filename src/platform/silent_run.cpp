#include "dkr/platform/silent_run.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <vector>

#include "dkr/platform/unique_fd.hpp"

namespace dkr {
namespace {

constexpr int not_run = 127;

/// Returns pointers to the words, as exec takes them.
std::vector<char*> pointers_to(const std::vector<std::string>& words) {
  std::vector<char*> result;
  for (const std::string& word : words) {
    result.push_back(const_cast<char*>(word.c_str()));  // NOLINT: execve only reads
  }
  result.push_back(nullptr);
  return result;
}

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

std::string output_of_run(const Program& program, std::size_t most) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    return {};
  }
  const UniqueFd from(ends[0]);
  UniqueFd to(ends[1]);
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const UniqueFd null(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    if (::dup2(null.get(), STDIN_FILENO) < 0 || ::dup2(to.get(), STDOUT_FILENO) < 0 ||
        ::dup2(to.get(), STDERR_FILENO) < 0 || ::chdir(program.cwd.c_str()) != 0) {
      ::_exit(not_run);
    }
    ::execve(program.path.c_str(), pointers_to(program.argv).data(),
             pointers_to(program.env).data());
    ::_exit(not_run);
  }
  to = UniqueFd();
  std::string text;
  std::array<char, 4096> block{};
  ssize_t got = 0;
  while (pid > 0 && text.size() < most &&
         (got = ::read(from.get(), block.data(), block.size())) > 0) {
    text.append(block.data(), static_cast<std::size_t>(got));
  }
  if (pid > 0) {
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
  }
  return text;
}

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
