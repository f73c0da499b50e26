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

/// A connection to one server in an event loop. It never blocks: the server is given by address. It
/// connects, starts TLS and authenticates by itself when it is asked something.
class Link {
 public:
  /// Gets the replies to all commands, in order; none if the connection was lost meanwhile.
  using Answer = std::function<void(const std::vector<Reply>& replies)>;
  /// Gets a message of a subscription, whole as the server sends it.
  using Message = std::function<void(const Reply& message)>;

  Link(event_base& loop, Endpoint server, Access access);
  Link(const Link&) = delete;
  Link(Link&&) = delete;
  Link& operator=(const Link&) = delete;
  Link& operator=(Link&&) = delete;
  /// Calls pending answers without replies.
  ~Link();

  [[nodiscard]] const Endpoint& server() const { return server_; }
  /// True if there is a connection, even one that is still being made.
  [[nodiscard]] bool up() const { return context_ != nullptr; }
  /// Why the last connection was lost.
  [[nodiscard]] const Failure& failure() const { return failure_; }

  void ask(const std::vector<std::vector<std::string>>& commands, const Answer& answer);
  /// Sends the commands as a periodic poll: does nothing while the last poll is pending, unless it
  /// has been for longer than `limit`; then drops the connection and polls anew.
  void poll(const std::vector<std::vector<std::string>>& commands, TimePoint now,
            std::chrono::milliseconds limit, const Answer& answer);
  /// True while a poll is pending.
  [[nodiscard]] bool polling() const { return polling_; }
  /// When the newest poll was sent.
  [[nodiscard]] TimePoint polled() const { return polled_; }
  /// Subscribes to channels. From here on the connection is for messages only.
  void subscribe(const std::vector<std::string>& channels, const Message& message);
  /// Drops the connection because of a timeout.
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
