#pragma once

#include "dkr/core/view/reply.hpp"

struct redisReader;
struct redisReply;

namespace dkr {

/// Limits what a new hiredis reader accepts: the length of lists, and how deep they nest. A reply
/// is freed and converted by recursion, and a list is allocated before its items arrive.
void bound(redisReader& reader);

/// Converts a reply of hiredis to ours.
Reply converted(const redisReply& reply);

}  // namespace dkr
