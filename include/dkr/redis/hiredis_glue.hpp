#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "dkr/redis/connection.hpp"

/// What blocking and non-blocking connections share. Only for this room.
namespace dkr {

/// A command in the form that hiredis takes. Points into `command`, which must outlive it.
struct Words {
  explicit Words(const std::vector<std::string>& command);
  [[nodiscard]] int count() const { return static_cast<int>(begins.size()); }

  std::vector<const char*> begins;
  std::vector<std::size_t> lengths;
};

/// Returns the AUTH command for an access that has a password.
std::vector<std::string> auth_command(const Access& access);

/// Returns why a context failed. Call it at once: it reads errno.
Failure failure_of(const redisContext& context);

/// Returns the same of a connection with TLS: if the server does not let our certificate in, it
/// only closes the connection, so that is looked up.
Failure failure_of(const redisContext& context, const std::optional<TlsFiles>& tls);

/// Starts TLS; on a blocking context, does the whole handshake.
Result<Done, Failure> agree_on_tls(redisContext& context, const TlsFiles& files);

}  // namespace dkr
