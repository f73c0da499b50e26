#include "dkr/redis/connection.hpp"

#include <hiredis.h>
#include <hiredis_ssl.h>
#include <openssl/ssl.h>
#include <sys/time.h>

#include <cerrno>
#include <chrono>
#include <utility>

#include "dkr/redis/resolver.hpp"
#include "dkr/redis/resp.hpp"

namespace dkr {
namespace {

using std::chrono::microseconds;
using std::chrono::steady_clock;

/// Once per process, before the first handshake.
void prepare_tls() {
  [[maybe_unused]] static const bool done = [] {
    // An image need not have an openssl.cnf, and what it says is not meant for us.
    return OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr) == 1;
  }();
}

/// What is left until the deadline; nothing once it has passed.
std::optional<timeval> time_left(TimePoint deadline) {
  const auto left = std::chrono::ceil<microseconds>(deadline - steady_clock::now()).count();
  if (left <= 0) {
    return std::nullopt;
  }
  constexpr long long second = 1'000'000;
  return timeval{static_cast<time_t>(left / second), static_cast<suseconds_t>(left % second)};
}

Error failure(const std::string& name, const std::string& why) {
  return {ExitCode::os, name + ": " + why};
}

Error too_late(const std::string& name) {
  return failure(name, "no answer in time");
}

std::string reason(const redisContext& context) {
  // hiredis reports the end of SO_RCVTIMEO as EAGAIN.
  const bool late = context.err == REDIS_ERR_TIMEOUT ||
                    (context.err == REDIS_ERR_IO &&
                     (errno == EAGAIN || errno == EINPROGRESS || errno == ETIMEDOUT));
  return late ? "no answer in time" : context.errstr;
}

struct FreeTls {
  void operator()(redisSSLContext* context) const noexcept { redisFreeSSLContext(context); }
};

const char* path_or_null(const std::string& path) {
  return path.empty() ? nullptr : path.c_str();
}

Result<Done> agree_on_tls(redisContext& context, const std::string& name, const TlsFiles& files) {
  prepare_tls();
  redisSSLContextError error = REDIS_SSL_CTX_NONE;
  const std::unique_ptr<redisSSLContext, FreeTls> tls(
      redisCreateSSLContext(path_or_null(files.authority), nullptr, path_or_null(files.certificate),
                            path_or_null(files.key), nullptr, &error));
  if (!tls) {
    return failure(name, redisSSLContextGetError(error));
  }
  if (redisInitiateSSLWithContext(&context, tls.get()) != REDIS_OK) {
    return failure(name, "TLS: " + reason(context));
  }
  return Done{};
}

struct FreeReply {
  void operator()(void* reply) const noexcept { freeReplyObject(reply); }
};

/// Adds a command to what is to be sent; a failure shows when it is sent.
void append(redisContext& context, const std::vector<std::string>& command) {
  std::vector<const char*> words;
  std::vector<std::size_t> lengths;
  for (const std::string& word : command) {
    words.push_back(word.data());
    lengths.push_back(word.size());
  }
  redisAppendCommandArgv(&context, static_cast<int>(words.size()), words.data(), lengths.data());
}

/// Writes all of the request that is buffered.
bool flush(redisContext& context) {
  int done = 0;
  while (done == 0) {
    if (redisBufferWrite(&context, &done) != REDIS_OK) {
      return false;
    }
  }
  return true;
}

/// The next reply, read under one deadline for all of it. Null: none; the context says why.
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

Result<Done> authenticate(Connection& connection, const std::string& name, const Access& access,
                          TimePoint deadline) {
  if (access.password.empty()) {
    return Done{};
  }
  std::vector<std::string> command{"AUTH"};
  if (!access.user.empty()) {
    command.push_back(access.user);
  }
  command.push_back(access.password);
  auto reply = connection.ask(command, deadline);
  if (!reply) {
    return reply.error();
  }
  if (reply->kind == Reply::Kind::error) {
    return failure(name, reply->text);
  }
  return Done{};
}

}  // namespace

Connection::Connection(redisContext* context, std::string name)
    : context_(context), name_(std::move(name)) {}
Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&&) noexcept = default;
Connection::~Connection() = default;

void Connection::Free::operator()(redisContext* context) const noexcept {
  redisFree(context);
}

Result<Connection> Connection::open(const Endpoint& server, const Access& access,
                                    TimePoint deadline) {
  pin_name_service();
  std::string name = to_string(server);
  const auto left = time_left(deadline);
  if (!left) {
    return too_late(name);
  }
  Connection connection(
      redisConnectWithTimeout(server.host.c_str(), static_cast<int>(server.port), *left), name);
  redisContext* context = connection.context_.get();
  if (context == nullptr) {
    return failure(name, "out of memory");
  }
  if (context->err != 0) {
    return failure(name, reason(*context));
  }
  const auto rest = time_left(deadline);
  if (!rest || redisSetTimeout(context, *rest) != REDIS_OK) {
    return too_late(name);
  }
  if (access.tls) {
    if (auto agreed = agree_on_tls(*context, name, *access.tls); !agreed) {
      return agreed.error();
    }
  }
  if (auto let_in = authenticate(connection, name, access, deadline); !let_in) {
    return let_in.error();
  }
  return connection;
}

Result<Reply> Connection::ask(const std::vector<std::string>& command, TimePoint deadline) {
  auto replies = ask_all({command}, deadline);
  if (!replies) {
    return replies.error();
  }
  return std::move(replies->front());
}

Result<std::vector<Reply>> Connection::ask_all(
    const std::vector<std::vector<std::string>>& commands, TimePoint deadline) {
  const auto left = time_left(deadline);
  if (!left || redisSetTimeout(context_.get(), *left) != REDIS_OK) {
    return too_late(name_);
  }
  for (const auto& command : commands) {
    append(*context_, command);
  }
  if (!flush(*context_)) {
    return failure(name_, reason(*context_));
  }
  std::vector<Reply> replies;
  for (std::size_t i = 0; i < commands.size(); ++i) {
    const auto reply = next_reply(*context_, deadline);
    if (!reply) {
      return context_->err == 0 ? too_late(name_) : failure(name_, reason(*context_));
    }
    replies.push_back(converted(*reply));
  }
  return replies;
}

}  // namespace dkr
