#pragma once

#include <memory>
#include <string>
#include <vector>

#include "dkr/core/base/access.hpp"
#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/base/result.hpp"
#include "dkr/core/base/time.hpp"
#include "dkr/core/view/reply.hpp"

struct redisContext;

namespace dkr {

/// One blocking connection to Redis, Valkey or Sentinel. Only for a short-lived process that its
/// parent kills when its time is up: a name look-up ignores deadlines, and TLS may read on within a
/// record.
class Connection {
 public:
  /// Connects, starts TLS and authenticates. Looks names up in /etc/hosts and DNS only: glibc would
  /// load any other name service from the image, into a static program that it does not fit. No
  /// failure names the server or holds a secret.
  static Result<Connection, Failure> open(const Endpoint& server, const Access& access,
                                          TimePoint deadline);

  Connection(Connection&&) noexcept;
  Connection& operator=(Connection&&) noexcept;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  /// Sends one command and returns its reply; an error reply is a Reply, too. Failure: no reply
  /// came. The connection is of no use after that.
  Result<Reply, Failure> ask(const std::vector<std::string>& command, TimePoint deadline);

  /// Sends several commands at once, and returns all replies, in one round trip. Fails like ask().
  Result<std::vector<Reply>, Failure> ask_all(const std::vector<std::vector<std::string>>& commands,
                                              TimePoint deadline);

 private:
  struct Free {
    void operator()(redisContext* context) const noexcept;
  };

  Connection(redisContext* context, std::optional<TlsFiles> tls);

  std::unique_ptr<redisContext, Free> context_;
  std::optional<TlsFiles> tls_;
};

}  // namespace dkr
