#include "dkr/redis/resp.hpp"

#include <hiredis.h>

#include <string>

namespace dkr {
namespace {

/// Far longer than any list that we ask for, such as the replicas of a group.
constexpr long long longest_list = 65536;
constexpr int deepest_list = 16;

/// Returns null, which hiredis takes for out of memory, for a list that is nested too deep.
void* make_list(const redisReadTask* task, std::size_t elements) {
  int depth = 1;
  for (const auto* outer = task->parent; outer != nullptr; outer = outer->parent) {
    ++depth;
  }
  const auto* usual = static_cast<const redisReplyObjectFunctions*>(task->privdata);
  return depth > deepest_list ? nullptr : usual->createArray(task, elements);
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

}  // namespace dkr
