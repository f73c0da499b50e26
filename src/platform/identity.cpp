#include "dkr/platform/identity.hpp"

#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dkr/platform/atomic_file.hpp"

namespace dkr {
namespace {

/// A table of users or groups, read into memory first: fgetpwent() seeks twice for every row.
class Table {
 public:
  explicit Table(const char* path) {
    if (auto text = read_file(path, Links::followed); text && *text && !(*text)->empty()) {
      text_ = std::move(**text);
      file_.reset(::fmemopen(text_.data(), text_.size(), "r"));
    }
  }
  [[nodiscard]] std::FILE* file() const { return file_.get(); }

 private:
  std::string text_;
  std::unique_ptr<std::FILE, decltype(&std::fclose)> file_{nullptr, std::fclose};
};

std::optional<ServiceUser> find_user(std::string_view name) {
  const Table table("/etc/passwd");
  while (const passwd* row = table.file() != nullptr ? ::fgetpwent(table.file()) : nullptr) {
    if (name == row->pw_name) {
      return ServiceUser{row->pw_name, row->pw_uid, row->pw_gid, {row->pw_gid}};
    }
  }
  return std::nullopt;
}

void add_groups(ServiceUser& user) {
  const Table table("/etc/group");
  while (const group* row = table.file() != nullptr ? ::fgetgrent(table.file()) : nullptr) {
    for (char** member = row->gr_mem; *member != nullptr; ++member) {
      if (user.name == *member && row->gr_gid != user.gid) {
        user.groups.push_back(row->gr_gid);
      }
    }
  }
}

/// True if we hold all of these capabilities.
bool hold(unsigned capabilities) noexcept {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> data{};
  return ::syscall(SYS_capget, &header, data.data()) == 0 &&
         (data[0].effective & capabilities) == capabilities;
}

}  // namespace

bool is_root() noexcept {
  return ::geteuid() == 0;
}

bool can_become_user() noexcept {
  return hold(1U << CAP_SETUID | 1U << CAP_SETGID);
}

bool can_override_rights() noexcept {
  return hold(1U << CAP_DAC_OVERRIDE);
}

std::optional<ServiceUser> find_service_user() {
  for (const std::string_view name : {"redis", "valkey"}) {
    if (auto user = find_user(name)) {
      add_groups(*user);
      return user;
    }
  }
  return std::nullopt;
}

Result<Done> become(const ServiceUser& user) {
  const std::vector<gid_t> groups(user.groups.begin(), user.groups.end());
  if (::setgroups(groups.size(), groups.data()) != 0 ||
      ::setresgid(user.gid, user.gid, user.gid) != 0 ||
      ::setresuid(user.uid, user.uid, user.uid) != 0 ||
      ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    return Error{ExitStatus::config, "cannot become user " + user.name + ": " +
                                         std::strerror(errno) +
                                         "; start the container with --user, or set "
                                         "SKIP_DROP_PRIVS=1"};
  }
  return Done{};
}

unsigned current_umask() noexcept {
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return mask;
}

}  // namespace dkr
