#include "dkr/core/conf/own_server.hpp"

#include <string>

#include "dkr/core/base/text.hpp"
#include "dkr/core/conf/conf_facts.hpp"
#include "dkr/core/conf/default_user.hpp"
#include "dkr/core/conf/member_access.hpp"

namespace dkr {
namespace {

/// The files of the configuration itself, read where the server reads them. The server is not
/// verified: it is our own, and its certificate need not be signed by the authority of its clients.
TlsFiles own_tls(const ServerConf& conf, const std::string& dir) {
  const auto path = [&](const char* name, const char* otherwise) {
    const std::string named =
        value_of(conf.effective, name, value_of(conf.effective, otherwise, ""));
    return named.empty() ? named : absolute_path(named, dir);
  };
  TlsFiles files;
  if (lower(value_of(conf.effective, "tls-auth-clients", "yes")) == "yes") {
    files.certificate = path("tls-client-cert-file", "tls-cert-file");
    files.key = path("tls-client-key-file", "tls-key-file");
  }
  return files;
}

Login own_login(const ServerConf& conf, const Settings& settings) {
  if (!conf.sentinel && settings.username.given && settings.username.value != "default") {
    return {settings.username.value, settings.password.value};
  }
  Login told = told_login(conf);
  if (told.user.empty() && told.password.empty() && is_for_default(settings, conf.sentinel)) {
    told.password = password_of_default(settings, conf.sentinel, {});
  }
  return told;
}

}  // namespace

std::optional<OwnServer> own_server(const ServerConf& conf, const Settings& settings) {
  const std::string dir = storage_of(conf.effective, settings).dir;
  const Login login = own_login(conf, settings);
  OwnServer own{{}, {login.user, login.password.reveal(), {}}};
  const auto reached = [&own](const std::optional<Endpoint>& at) {
    own.at = at.value_or(Endpoint{});
    return at.has_value();
  };
  if (settings.tls_ca_file.given &&
      reached(endpoint_of(conf.effective, value_of(conf.effective, "tls-port", "0")))) {
    own.access.tls = TlsFiles{settings.tls_cert_file.value, settings.tls_key_file.value,
                              settings.tls_ca_file.value};
    return own;
  }
  const char* usual = conf.sentinel ? "26379" : "6379";
  if (reached(endpoint_of(conf.effective, value_of(conf.effective, "port", usual)))) {
    return own;
  }
  if (const auto path = value_of(conf.effective, "unixsocket", ""); !path.empty()) {
    own.at = {absolute_path(path, dir), 0};
    return own;
  }
  if (reached(endpoint_of(conf.effective, value_of(conf.effective, "tls-port", "0")))) {
    own.access.tls = own_tls(conf, dir);
    return own;
  }
  return std::nullopt;
}

}  // namespace dkr
