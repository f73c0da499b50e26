#include "dkr/core/conf/conf_checks.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "dkr/core/conf/default_user.hpp"
#include "dkr/core/conf/wanted_conf.hpp"

namespace dkr {
namespace {

using Home = ConfSource::Home;

/// Directives that only we and the server write. The overlay is read last, so there they would undo
/// a promotion or contradict a setting.
constexpr std::array<std::string_view, 21> owned_directives{
    "replicaof",
    "slaveof",
    "replica-announce-ip",
    "slave-announce-ip",
    "replica-announce-port",
    "slave-announce-port",
    "requirepass",
    "masterauth",
    "primaryauth",
    "masteruser",
    "primaryuser",
    "tls-cert-file",
    "tls-key-file",
    "tls-ca-cert-file",
    "tls-key-file-pass",
    "tls-ca-cert-dir",
    "tls-port",
    "tls-replication",
    "port",
    "dir",
    "sentinel",
};

Result<Done> check_overlay(const std::optional<std::string>& path, const IncludeReader& read) {
  if (!path) {
    return Done{};
  }
  const Conf overlay(render({"include", {*path}}));
  for (const Directive& directive : flatten(overlay, read)) {
    if (std::find(owned_directives.begin(), owned_directives.end(), directive.name) !=
        owned_directives.end()) {
      return Error{ExitStatus::config,
                   "REDIS_OVERRIDES_FILE=" + *path + ": holds `" + directive.name +
                       "`, which belongs to the settings and the server; accepted "
                       "is every directive but role, port, dir, announced address, "
                       "authentication, TLS files and those of Sentinel"};
    }
  }
  return Done{};
}

/// Returns an error if a password was given, and the server would let everybody in without it.
Result<Done> check_default(const Settings& settings, const ServerConf& conf) {
  if (password_of_default(settings, conf.sentinel, conf.effective).empty() &&
      !is_for_default(settings, conf.sentinel)) {
    return Done{};
  }
  if (!is_default_open(conf.effective, conf.acl_file)) {
    return Done{};
  }
  return Error{ExitStatus::config,
               conf.acl_file
                   ? "aclfile " + value_of(conf.effective, "aclfile", "") +
                         ": leaves user default open, and the password that was given would count "
                         "for nothing; accepted is a `user default` line with a password there"
                   : "user default: needs no password by its `user` line or the server's "
                     "arguments, which win over the one that was given; accepted is a line with "
                     "a password, or none"};
}

/// Checks that the passwords and users in the settings can be configured.
Result<Done> check_access(const Settings& settings, const ServerConf& conf) {
  if (conf.source.home == Home::given && gives_password(settings)) {
    return Error{
        ExitStatus::config,
        "REDIS_PASSWORD: not accepted beside a configuration on the command line, which is "
        "used as it is; name " +
            conf.path +
            " by REDIS_CONF instead, or write the "
            "password into it"};
  }
  const std::string& user = settings.username.value;
  if (!conf.sentinel && settings.username.given && user != "default" &&
      last_like(conf.effective, {"user", {user}}) == nullptr &&
      value_of(conf.effective, "aclfile", "").empty()) {
    return Error{ExitStatus::config,
                 "REDIS_USERNAME=" + user +
                     ": the configuration has no such user; accepted is one with "
                     "a `user` line there, in the overlay or in an aclfile"};
  }
  return check_default(settings, conf);
}

}  // namespace

Result<Done> check_server_conf(const Settings& settings, const ServerConf& conf) {
  if (auto overlay = check_overlay(overlay_of(settings), reader_of(conf)); !overlay) {
    return overlay;
  }
  if (auto password = conf.sentinel ? check_sentinel_password(settings) : Done{}; !password) {
    return password;
  }
  return check_access(settings, conf);
}

Result<Done> check_no_role(const ServerConf& conf) {
  const Directive* role = last_like(conf.asked, {"replicaof", {}});
  if (role == nullptr) {
    return Done{};
  }
  return Error{ExitStatus::config,
               "--" + role->name +
                   " among the server's arguments: not accepted "
                   "in a group, where it would undo a promotion at the next start"};
}

}  // namespace dkr
