#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/redis/connection.hpp"
#include "support/fd.hpp"
#include "support/process.hpp"
#include "support/temp_dir.hpp"

namespace dkr::test {

/// A port of the loopback address that is free now.
std::uint16_t free_port();

/// A real redis-server on a loopback port, with more arguments; it ends with the object.
class RedisServer {
 public:
  explicit RedisServer(const std::vector<std::string>& arguments = {}, bool tls = false);

  [[nodiscard]] Endpoint endpoint() const { return {"127.0.0.1", port_}; }

 private:
  TempDir dir_;
  std::uint16_t port_ = free_port();
  std::optional<Process> process_;
};

/// A real sentinel on a loopback port; it ends with the object.
class SentinelServer {
 public:
  /// The configuration behind the port.
  explicit SentinelServer(const std::string& configuration);

  [[nodiscard]] Endpoint endpoint() const { return {"127.0.0.1", port_}; }
  /// What it would begin with again.
  [[nodiscard]] std::string configuration() const;
  void signal(int number) const { process_->signal(number); }
  /// Kills it; start() makes it go on with its configuration.
  void stop() { process_.reset(); }
  void start();

 private:
  [[nodiscard]] std::string file() const { return dir_.path() / "sentinel.conf"; }

  TempDir dir_;
  std::uint16_t port_ = free_port();
  std::optional<Process> process_;
};

/// A certificate authority and a certificate for 127.0.0.1, made by openssl.
class Certificates {
 public:
  Certificates();
  [[nodiscard]] TlsFiles files() const;
  [[nodiscard]] std::vector<std::string> server_arguments() const;

 private:
  TempDir dir_;
};

/// A listening socket that accepts nobody by itself.
class Listener {
 public:
  Listener();
  [[nodiscard]] Endpoint endpoint() const { return {"127.0.0.1", port_}; }
  /// The next connection.
  [[nodiscard]] Fd accept() const;

 private:
  std::uint16_t port_ = 0;
  Fd socket_;
};

}  // namespace dkr::test
