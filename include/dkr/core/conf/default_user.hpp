#pragma once

#include <optional>
#include <string>
#include <vector>

#include "dkr/core/base/secret.hpp"
#include "dkr/core/conf/conf.hpp"
#include "dkr/core/settings/settings.hpp"

namespace dkr {

/// True if everybody may log in as a user with these rules, without a password, and do anything.
bool is_open(const std::vector<std::string>& rules);

/// True if the user `default` is so: by its line in the aclfile, or else its `user` line, or else
/// without `requirepass`. An aclfile without a line about it leaves it open, whatever `requirepass`
/// says. Source: ACLLoadFromFile() in acl.c.
bool is_default_open(const std::vector<Directive>& effective,
                     const std::optional<std::vector<Directive>>& acl_file);

/// True if REDIS_PASSWORD, or REDIS_SENTINEL_PASSWORD of a sentinel, is that of the user `default`.
bool is_for_default(const Settings& settings, bool sentinel);

/// Returns the password that a setting or `requirepass` gives the user `default`; empty if none
/// does.
Secret password_of_default(const Settings& settings, bool sentinel,
                           const std::vector<Directive>& effective);

/// Makes a line `user default` need this password and no other.
void protect(Directive& user, const Secret& password);

}  // namespace dkr
