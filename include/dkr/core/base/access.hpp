#pragma once

#include <optional>
#include <string>

namespace dkr {

/// Paths of the files for TLS. Certificate and key are ours; both may be empty.
struct TlsFiles {
  std::string certificate;
  std::string key;
  /// The CA certificate that must have signed the server's; empty: the server is not verified.
  std::string authority;
};

/// How to log in. An empty password: no AUTH; an empty user: the default user.
struct Access {
  std::string user;
  std::string password;
  std::optional<TlsFiles> tls;
};

}  // namespace dkr
