#pragma once

#include <optional>
#include <string>

#include "dkr/core/base/result.hpp"
#include "dkr/core/node/container_facts.hpp"

namespace dkr {

/// Whether we are root.
bool is_root() noexcept;

/// Whether we hold CAP_SETUID and CAP_SETGID.
bool can_become_user() noexcept;

/// The user redis, else valkey, as /etc/passwd and /etc/group have it; the name service is not
/// asked.
std::optional<ServiceUser> find_service_user();

/// Becomes that user for good: groups, group, user, and no new privileges by any later exec.
Result<Done> become(const ServiceUser& user);

/// The umask, which stays as it is.
unsigned current_umask() noexcept;

}  // namespace dkr
