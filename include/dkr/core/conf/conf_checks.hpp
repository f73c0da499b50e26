#pragma once

#include "dkr/core/base/result.hpp"
#include "dkr/core/conf/server_conf.hpp"
#include "dkr/core/settings/settings.hpp"

namespace dkr {

/// Returns an error if the overlay holds a directive that is ours, if a password or user cannot be
/// configured where it is needed, or if a password was given and the port would stay open.
Result<Done> check_server_conf(const Settings& settings, const ServerConf& conf);

/// Returns an error if the user's own arguments set a role, which would undo every promotion at the
/// next start.
Result<Done> check_no_role(const ServerConf& conf);

}  // namespace dkr
