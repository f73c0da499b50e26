#pragma once

#include "dkr/core/view/reply.hpp"

struct redisReader;
struct redisReply;

namespace dkr {

/// Bounds what a new reader of hiredis takes: how long a list is, and how many stand in each other.
/// A reply is freed and converted by recursion, and a list has its memory before its items came.
void bound(redisReader& reader);

/// A reply of hiredis as ours.
Reply converted(const redisReply& reply);

}  // namespace dkr
