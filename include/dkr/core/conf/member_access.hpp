#pragma once

#include <string>

#include "dkr/core/base/result.hpp"
#include "dkr/core/base/secret.hpp"
#include "dkr/core/conf/server_conf.hpp"
#include "dkr/core/settings/settings.hpp"

namespace dkr {

/// Returns the password of the default user of a data node, if its configuration tells it in clear
/// text; empty if it tells none.
Secret told_password(const ServerConf& conf);

/// A user and its password; empty: the default user, and none.
struct Login {
  std::string user;
  Secret password;
};

/// Returns by whom one may log in and look at a server, as far as its configuration tells passwords
/// in clear text: the default user, or else another one that may use INFO. Empty if it tells none.
Login told_login(const ServerConf& conf);

/// Returns an error if a member with this configuration could not log in to its own server, or
/// would be refused what it needs there: a fence that was closed would never open. What cannot be
/// judged, such as a password of which only the hash is there, counts as good.
Result<Done> check_member_access(const Settings& settings, const ServerConf& conf);

}  // namespace dkr
