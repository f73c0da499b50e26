#include "dkr/platform/service_eyes.hpp"

#include <sys/fsuid.h>
#include <unistd.h>

#include "dkr/platform/identity.hpp"
#include "dkr/platform/volume.hpp"

namespace dkr {
namespace {

void look_as(unsigned uid, unsigned gid) noexcept {
  // The kernel takes the capabilities about files away with the first, and gives them back.
  ::setfsgid(gid);
  ::setfsuid(uid);
}

}  // namespace

ServiceEyes::ServiceEyes(const std::string& volume, bool stays) {
  if (stays || !is_root() || can_override_rights() || !can_become_user()) {
    return;
  }
  const auto user = find_service_user();
  if (!user) {
    return;
  }
  look_as(user->uid, user->gid);
  open_ = may_access(volume, R_OK | X_OK);
  if (!open_) {
    look_as(::geteuid(), ::getegid());
  }
}

ServiceEyes::~ServiceEyes() {
  if (open_) {
    look_as(::geteuid(), ::getegid());
  }
}

OwnEyes::OwnEyes()
    : uid_(static_cast<unsigned>(::setfsuid(::geteuid()))),
      gid_(static_cast<unsigned>(::setfsgid(::getegid()))) {}

OwnEyes::~OwnEyes() {
  look_as(uid_, gid_);
}

}  // namespace dkr
