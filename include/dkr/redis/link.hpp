#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/base/time.hpp"
#include "dkr/core/view/reply.hpp"
#include "dkr/redis/connection.hpp"

struct event_base;
struct redisAsyncContext;

namespace dkr {

/// A connection to one server in an event loop. It never blocks: the server is given as an address.
/// It connects when it is asked something, agrees on TLS and authenticates by itself.
class Link {
 public:
  /// The replies to all commands in their order; empty when the connection was lost before.
  using Answer = std::function<void(const std::vector<Reply>& replies)>;
  /// What a subscription brings: the whole message as the server sends it.
  using Message = std::function<void(const Reply& message)>;

  Link(event_base& loop, Endpoint server, Access access);
  Link(const Link&) = delete;
  Link(Link&&) = delete;
  Link& operator=(const Link&) = delete;
  Link& operator=(Link&&) = delete;
  /// Answers that are due are called with nothing.
  ~Link();

  [[nodiscard]] const Endpoint& server() const { return server_; }
  /// Whether there is a connection, or one in the making.
  [[nodiscard]] bool up() const { return context_ != nullptr; }
  /// Why the last connection was lost.
  [[nodiscard]] const Failure& failure() const { return failure_; }

  void ask(const std::vector<std::vector<std::string>>& commands, const Answer& answer);
  /// Asks as one poll of many: asks nothing while the answer to the one before is due, and gives
  /// the connection up when that is so for longer than `limit`.
  void poll(const std::vector<std::vector<std::string>>& commands, TimePoint now,
            std::chrono::milliseconds limit, const Answer& answer);
  /// Whether the answer to a poll is due.
  [[nodiscard]] bool polling() const { return polling_; }
  /// When the newest poll was asked.
  [[nodiscard]] TimePoint polled() const { return polled_; }
  /// From here on the connection is for messages only.
  void subscribe(const std::vector<std::string>& channels, const Message& message);
  /// Gives the connection up: it does not answer in time.
  void drop();

 private:
  bool connect();
  static void connected(const redisAsyncContext* context, int status);
  static void disconnected(const redisAsyncContext* context, int status);
  static void answered(redisAsyncContext* context, void* reply, void* question);
  static void authenticated(redisAsyncContext* context, void* reply, void* nothing);
  static void heard(redisAsyncContext* context, void* reply, void* nothing);

  event_base& loop_;
  Endpoint server_;
  Access access_;
  redisAsyncContext* context_ = nullptr;
  Failure failure_;
  Message message_;
  bool polling_ = false;
  TimePoint polled_{};
};

}  // namespace dkr
