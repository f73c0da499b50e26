#include "dkr/redis/resp.hpp"

#include <hiredis.h>

#include <memory>

namespace dkr {
namespace {

/// Far beyond what we ask for: the replicas of a group, and those in the answers of a task.
constexpr long long longest_list = 65536;
constexpr int deepest_list = 16;

/// Null is to hiredis the end of the memory.
void* make_list(const redisReadTask* task, std::size_t elements) {
  int depth = 1;
  for (const auto* outer = task->parent; outer != nullptr; outer = outer->parent) {
    ++depth;
  }
  const auto* usual = static_cast<const redisReplyObjectFunctions*>(task->privdata);
  return depth > deepest_list ? nullptr : usual->createArray(task, elements);
}

struct Free {
  void operator()(redisReader* reader) const noexcept { redisReaderFree(reader); }
  void operator()(redisReply* reply) const noexcept { freeReplyObject(reply); }
};

std::string line(char kind, std::string_view text) {
  return kind + std::string(text) + "\r\n";
}

}  // namespace

void bound(redisReader& reader) {
  static redisReplyObjectFunctions bounded = [&reader] {
    redisReplyObjectFunctions functions = *reader.fn;
    functions.createArray = make_list;
    return functions;
  }();
  reader.privdata = reader.fn;
  reader.fn = &bounded;
  reader.maxelements = longest_list;
}

Reply converted(const redisReply& from) {
  Reply reply;
  const auto text = [&] { return std::string(from.str, from.len); };
  switch (from.type) {
    case REDIS_REPLY_NIL:
      return reply;
    case REDIS_REPLY_INTEGER:
    case REDIS_REPLY_BOOL:
      reply.kind = Reply::Kind::integer;
      reply.integer = from.integer;
      return reply;
    case REDIS_REPLY_ERROR:
      reply.kind = Reply::Kind::error;
      reply.text = text();
      return reply;
    case REDIS_REPLY_ARRAY:
    case REDIS_REPLY_MAP:
    case REDIS_REPLY_SET:
    case REDIS_REPLY_PUSH:
      reply.kind = Reply::Kind::list;
      for (std::size_t i = 0; i < from.elements; ++i) {
        reply.items.push_back(converted(*from.element[i]));
      }
      return reply;
    default:
      reply.kind = Reply::Kind::text;
      reply.text = text();
      return reply;
  }
}

std::string encode(const Reply& reply) {
  switch (reply.kind) {
    case Reply::Kind::nil:
      return line('$', "-1");
    case Reply::Kind::text:
      return line('$', std::to_string(reply.text.size())) + reply.text + "\r\n";
    case Reply::Kind::integer:
      return line(':', std::to_string(reply.integer));
    case Reply::Kind::error:
      return line('-', reply.text);
    case Reply::Kind::list:
      break;
  }
  std::string list = line('*', std::to_string(reply.items.size()));
  for (const Reply& item : reply.items) {
    list += encode(item);
  }
  return list;
}

std::optional<Reply> decode(std::string_view text) {
  const std::unique_ptr<redisReader, Free> reader(redisReaderCreate());
  if (!reader) {
    return std::nullopt;
  }
  bound(*reader);
  void* reply = nullptr;
  if (redisReaderFeed(reader.get(), text.data(), text.size()) != REDIS_OK ||
      redisReaderGetReply(reader.get(), &reply) != REDIS_OK || reply == nullptr) {
    return std::nullopt;
  }
  return converted(*std::unique_ptr<redisReply, Free>(static_cast<redisReply*>(reply)));
}

}  // namespace dkr
