#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "dkr/redis/connection.hpp"

/// What a connection that waits and one that does not have in common. Only for this room.
namespace dkr {

/// A command as hiredis takes it; the words must outlive it.
struct Words {
  explicit Words(const std::vector<std::string>& command);
  [[nodiscard]] int count() const { return static_cast<int>(begins.size()); }

  std::vector<const char*> begins;
  std::vector<std::size_t> lengths;
};

/// AUTH for an access that has a password.
std::vector<std::string> auth_command(const Access& access);

/// Why a context failed; to be asked at once, for errno tells it too.
Failure failure_of(const redisContext& context);

/// Begins to speak TLS, or does all of the handshake on a context that blocks.
Result<Done, Failure> agree_on_tls(redisContext& context, const TlsFiles& files);

}  // namespace dkr
