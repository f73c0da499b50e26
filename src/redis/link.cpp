#include "dkr/redis/link.hpp"

#include <async.h>
#include <hiredis.h>
// The adapter is C, with implicit conversions.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#include <adapters/libevent.h>
#pragma GCC diagnostic pop

#include <utility>

#include "dkr/redis/hiredis_glue.hpp"
#include "dkr/redis/resp.hpp"

namespace dkr {
namespace {

/// What one ask() waits for. hiredis holds a share of it for each of its commands.
struct Question {
  std::size_t commands;
  Link::Answer answer;
  std::vector<Reply> replies = {};
};
using Share = std::shared_ptr<Question>;

/// Calls the answer if this is the last share.
void give_up(const Share& share) {
  if (share.use_count() == 1) {
    const bool whole = share->replies.size() == share->commands;
    share->answer(whole ? share->replies : std::vector<Reply>{});
  }
}

int send(redisAsyncContext* context, redisCallbackFn* callback, void* data,
         const std::vector<std::string>& command) {
  Words words(command);
  return redisAsyncCommandArgv(context, callback, data, words.count(), words.begins.data(),
                               words.lengths.data());
}

}  // namespace

Link::Link(event_base& loop, Endpoint server, Access access)
    : loop_(loop), server_(std::move(server)), access_(std::move(access)) {}

Link::~Link() {
  drop();
}

void Link::drop() {
  if (context_ != nullptr) {
    // Inside one of its own callbacks, the context may outlive us.
    context_->data = nullptr;
    failure_ = too_late();
    redisAsyncFree(std::exchange(context_, nullptr));
  }
}

bool Link::connect() {
  if (context_ != nullptr) {
    return true;
  }
  redisAsyncContext* context =
      is_socket(server_) ? redisAsyncConnectUnix(server_.host.c_str())
                         : redisAsyncConnect(server_.host.c_str(), static_cast<int>(server_.port));
  if (context == nullptr || context->err != 0) {
    failure_ = context == nullptr ? Failure{Failure::Kind::silent, "out of memory"}
                                  : failure_of(context->c);
    redisAsyncFree(context);
    return false;
  }
  bound(*context->c.reader);
  context->data = this;
  redisLibeventAttach(context, &loop_);
  redisAsyncSetConnectCallback(context, connected);
  redisAsyncSetDisconnectCallback(context, disconnected);
  if (access_.tls) {
    if (auto agreed = agree_on_tls(context->c, *access_.tls); !agreed) {
      failure_ = agreed.error();
      redisAsyncFree(context);
      return false;
    }
  }
  context_ = context;
  if (!access_.password.empty()) {
    send(context, authenticated, nullptr, auth_command(access_));
  }
  return true;
}

void Link::connected(const redisAsyncContext* context, int status) {
  auto* link = static_cast<Link*>(context->data);
  if (status != REDIS_OK && link != nullptr) {
    link->failure_ = failure_of(context->c);
    link->context_ = nullptr;
  }
}

void Link::disconnected(const redisAsyncContext* context, int status) {
  auto* link = static_cast<Link*>(context->data);
  if (link != nullptr) {
    link->failure_ = status == REDIS_OK ? Failure{Failure::Kind::silent, "closed"}
                                        : failure_of(context->c, link->access_.tls);
    link->context_ = nullptr;
  }
}

void Link::authenticated(redisAsyncContext* context, void* reply, void* /*nothing*/) {
  const auto* answer = static_cast<const redisReply*>(reply);
  auto* link = static_cast<Link*>(context->data);
  if (answer != nullptr && answer->type == REDIS_REPLY_ERROR && link != nullptr) {
    Failure refusal{Failure::Kind::refused_by_server, {answer->str, answer->len}};
    link->drop();
    link->failure_ = std::move(refusal);
  }
}

void Link::answered(redisAsyncContext* /*context*/, void* reply, void* data) {
  const std::unique_ptr<Share> share(static_cast<Share*>(data));
  if (reply != nullptr) {
    (*share)->replies.push_back(converted(*static_cast<const redisReply*>(reply)));
  }
  give_up(*share);
}

void Link::ask(const std::vector<std::vector<std::string>>& commands, const Answer& answer) {
  const auto question = std::make_shared<Question>(Question{commands.size(), answer});
  if (connect()) {
    for (const auto& command : commands) {
      auto share = std::make_unique<Share>(question);
      if (send(context_, answered, share.get(), command) == REDIS_OK) {
        static_cast<void>(share.release());
      }
    }
  }
  give_up(question);
}

void Link::poll(const std::vector<std::vector<std::string>>& commands, TimePoint now,
                std::chrono::milliseconds limit, const Answer& answer) {
  if (polling_ && now - polled_ > limit) {
    drop();
  }
  if (polling_) {
    return;
  }
  polling_ = true;
  polled_ = now;
  ask(commands, [this, answer](const std::vector<Reply>& replies) {
    polling_ = false;
    answer(replies);
  });
}

void Link::heard(redisAsyncContext* context, void* reply, void* /*nothing*/) {
  auto* link = static_cast<Link*>(context->data);
  if (reply != nullptr && link != nullptr) {
    link->message_(converted(*static_cast<const redisReply*>(reply)));
  }
}

void Link::subscribe(const std::vector<std::string>& channels, const Message& message) {
  if (!connect()) {
    return;
  }
  message_ = message;
  std::vector<std::string> command{"SUBSCRIBE"};
  command.insert(command.end(), channels.begin(), channels.end());
  send(context_, heard, nullptr, command);
}

}  // namespace dkr
