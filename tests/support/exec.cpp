#include "support/exec.hpp"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>
#include <exception>
#include <string_view>

#include "support/signals.hpp"

namespace dkr::test {
namespace {

constexpr int first_spare_fd = 256;

/// A copy of a descriptor where no wanted one will come to lie; closed on exec.
int spare(int fd) {
  return static_cast<int>(must(fcntl(fd, F_DUPFD_CLOEXEC, first_spare_fd), "F_DUPFD_CLOEXEC"));
}

/// Exactly the wanted descriptors will outlive exec.
void place_fds(const std::map<int, int>& wanted) {
  std::map<int, int> spares;
  for (const auto& [target, source] : wanted) {
    spares[target] = source < 0 ? -1 : spare(source);
  }
  for (const auto& [target, source] : spares) {
    if (source < 0) {
      close(target);
    } else {
      must(dup2(source, target), "dup2");
    }
  }
  must(syscall(SYS_close_range, 3, ~0U, 4U /* CLOSE_RANGE_CLOEXEC */), "close_range");
  for (const auto& [target, source] : spares) {
    if (source >= 0) {
      must(fcntl(target, F_SETFD, 0), "F_SETFD");
    }
  }
}

void mount_all(const Launch& launch) {
  must(mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr), "mount private");
  must(mount("proc", "/proc", "proc", 0, nullptr), "mount /proc");
  for (const auto& bind : launch.binds) {
    must(mount(bind.from.c_str(), bind.to.c_str(), nullptr, MS_BIND, nullptr), bind.to.c_str());
  }
}

std::vector<char*> pointers(const std::vector<std::string>& words) {
  std::vector<char*> result;
  for (const auto& word : words) {
    result.push_back(const_cast<char*>(word.c_str()));
  }
  result.push_back(nullptr);
  return result;
}

void become(const Launch& launch, int out, int err) {
  const Fd null = open_file("/dev/null", O_RDWR);
  std::map<int, int> fds{{0, null.get()}, {1, out}, {2, err}};
  for (const auto& [target, source] : launch.fds) {
    fds[target] = source;
  }
  mount_all(launch);
  must(setsid(), "setsid");
  must(chdir(launch.cwd.c_str()), "chdir");
  umask(022);
  set_dispositions(SIG_DFL);
  set_mask(0);
  auto arguments = pointers(launch.argv);
  auto environment = pointers(launch.env);
  place_fds(fds);
  for (const auto& step : launch.prepare) {
    step();
  }
  must(execve(arguments[0], arguments.data(), environment.data()), arguments[0]);
}

}  // namespace

int exec_launch(const Launch& launch, int out, int err, int trouble) noexcept {
  int told = trouble;
  try {
    told = spare(trouble);
    become(launch, out, err);
  } catch (const std::exception& error) {
    const std::string_view text = error.what();
    [[maybe_unused]] const auto written = write(told, text.data(), text.size());
  }
  return 125;
}

}  // namespace dkr::test
