#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/base/result.hpp"
#include "dkr/core/base/time.hpp"
#include "dkr/core/view/reply.hpp"

struct redisContext;

namespace dkr {

/// Paths of what TLS needs. Certificate and key are ours, and may be empty together.
struct TlsFiles {
  std::string certificate;
  std::string key;
  std::string authority;  ///< the certificate that the server's must be signed by
};

/// How to be let in. An empty password: no AUTH; an empty user: the default one.
struct Access {
  std::string user;
  std::string password;
  std::optional<TlsFiles> tls;
};

/// One connection to a Redis, Valkey or Sentinel. Only for a short-lived process: the look-up of a
/// name blocks outside every deadline, and TLS may read on within a record; whoever starts the
/// process ends it when its time is up.
class Connection {
 public:
  /// Connects, agrees on TLS and authenticates. Names are looked up in /etc/hosts and DNS only: any
  /// other name service would be loaded from the image, into a static program it does not fit.
  /// No failure names the server or holds a secret.
  static Result<Connection, Failure> open(const Endpoint& server, const Access& access,
                                          TimePoint deadline);

  Connection(Connection&&) noexcept;
  Connection& operator=(Connection&&) noexcept;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  /// Sends one command and waits for its reply; an error reply is a Reply. Failure: no reply came.
  /// The connection is of no more use then.
  Result<Reply, Failure> ask(const std::vector<std::string>& command, TimePoint deadline);

  /// Sends several commands at once, and waits for all replies, in one round trip. Failure: as of
  /// ask().
  Result<std::vector<Reply>, Failure> ask_all(const std::vector<std::vector<std::string>>& commands,
                                              TimePoint deadline);

 private:
  struct Free {
    void operator()(redisContext* context) const noexcept;
  };

  explicit Connection(redisContext* context);

  std::unique_ptr<redisContext, Free> context_;
};

}  // namespace dkr
