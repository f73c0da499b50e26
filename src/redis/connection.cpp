#include "dkr/redis/connection.hpp"

#include <hiredis.h>
#include <sys/time.h>

#include <cerrno>
#include <chrono>
#include <utility>

#include "dkr/redis/hiredis_glue.hpp"
#include "dkr/redis/resolver.hpp"
#include "dkr/redis/resp.hpp"

namespace dkr {
namespace {

using std::chrono::microseconds;
using std::chrono::steady_clock;

/// Returns the time left until the deadline; nullopt once it has passed.
std::optional<timeval> time_left(TimePoint deadline) {
  const auto left = std::chrono::ceil<microseconds>(deadline - steady_clock::now()).count();
  if (left <= 0) {
    return std::nullopt;
  }
  constexpr long long second = 1'000'000;
  return timeval{static_cast<time_t>(left / second), static_cast<suseconds_t>(left % second)};
}

struct FreeReply {
  void operator()(void* reply) const noexcept { freeReplyObject(reply); }
};

/// Adds a command to the output buffer; a failure shows when it is sent.
void append(redisContext& context, const std::vector<std::string>& command) {
  Words words(command);
  redisAppendCommandArgv(&context, words.count(), words.begins.data(), words.lengths.data());
}

/// Sends the whole output buffer.
bool flush(redisContext& context) {
  int done = 0;
  while (done == 0) {
    if (redisBufferWrite(&context, &done) != REDIS_OK) {
      return false;
    }
  }
  return true;
}

/// Reads the next reply under one deadline for all of it. Null: none came; the context says why.
std::unique_ptr<redisReply, FreeReply> next_reply(redisContext& context, TimePoint deadline) {
  void* reply = nullptr;
  while (redisGetReplyFromReader(&context, &reply) == REDIS_OK && reply == nullptr) {
    const auto left = time_left(deadline);
    if (!left || redisSetTimeout(&context, *left) != REDIS_OK ||
        redisBufferRead(&context) != REDIS_OK) {
      break;
    }
  }
  return std::unique_ptr<redisReply, FreeReply>(static_cast<redisReply*>(reply));
}

Result<Done, Failure> authenticate(Connection& connection, const Access& access,
                                   TimePoint deadline) {
  if (access.password.empty()) {
    return Done{};
  }
  auto reply = connection.ask(auth_command(access), deadline);
  if (!reply) {
    return reply.error();
  }
  if (reply->kind == Reply::Kind::error) {
    return Failure{Failure::Kind::refused_by_server, reply->text};
  }
  return Done{};
}

}  // namespace

Connection::Connection(redisContext* context, std::optional<TlsFiles> tls)
    : context_(context), tls_(std::move(tls)) {}
Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&&) noexcept = default;
Connection::~Connection() = default;

void Connection::Free::operator()(redisContext* context) const noexcept {
  redisFree(context);
}

Result<Connection, Failure> Connection::open(const Endpoint& server, const Access& access,
                                             TimePoint deadline) {
  pin_name_service();
  const auto left = time_left(deadline);
  if (!left) {
    return too_late();
  }
  Connection connection(
      is_socket(server)
          ? redisConnectUnixWithTimeout(server.host.c_str(), *left)
          : redisConnectWithTimeout(server.host.c_str(), static_cast<int>(server.port), *left),
      access.tls);
  redisContext* context = connection.context_.get();
  if (context == nullptr) {
    return Failure{Failure::Kind::silent, "out of memory"};
  }
  if (context->err != 0) {
    return failure_of(*context);
  }
  bound(*context->reader);
  const auto rest = time_left(deadline);
  if (!rest || redisSetTimeout(context, *rest) != REDIS_OK) {
    return too_late();
  }
  if (access.tls) {
    if (auto agreed = agree_on_tls(*context, *access.tls); !agreed) {
      return agreed.error();
    }
  }
  if (auto let_in = authenticate(connection, access, deadline); !let_in) {
    return let_in.error();
  }
  return connection;
}

Result<Reply, Failure> Connection::ask(const std::vector<std::string>& command,
                                       TimePoint deadline) {
  auto replies = ask_all({command}, deadline);
  if (!replies) {
    return replies.error();
  }
  return std::move(replies->front());
}

Result<std::vector<Reply>, Failure> Connection::ask_all(
    const std::vector<std::vector<std::string>>& commands, TimePoint deadline) {
  const auto left = time_left(deadline);
  if (!left || redisSetTimeout(context_.get(), *left) != REDIS_OK) {
    return too_late();
  }
  for (const auto& command : commands) {
    append(*context_, command);
  }
  if (!flush(*context_)) {
    return failure_of(*context_, tls_);
  }
  std::vector<Reply> replies;
  for (std::size_t i = 0; i < commands.size(); ++i) {
    const auto reply = next_reply(*context_, deadline);
    if (!reply) {
      return context_->err == 0 ? too_late() : failure_of(*context_, tls_);
    }
    replies.push_back(converted(*reply));
  }
  return replies;
}

}  // namespace dkr
