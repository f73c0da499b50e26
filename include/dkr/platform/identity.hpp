#pragma once

#include <optional>
#include <string>

#include "dkr/core/base/result.hpp"
#include "dkr/core/node/container_facts.hpp"

namespace dkr {

/// True if we are root.
bool is_root() noexcept;

/// True if we hold CAP_SETUID and CAP_SETGID.
bool can_become_user() noexcept;

/// True if we hold CAP_DAC_OVERRIDE: the rights of files do not bind us.
bool can_override_rights() noexcept;

/// Returns the user redis, else valkey, from /etc/passwd and /etc/group; does not ask the name
/// service.
std::optional<ServiceUser> find_service_user();

/// Becomes that user for good: sets groups, group and user, and lets no later exec gain privileges.
Result<Done> become(const ServiceUser& user);

/// Returns the umask without changing it.
unsigned current_umask() noexcept;

}  // namespace dkr
