#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "dkr/core/view/reply.hpp"

struct redisReader;
struct redisReply;

namespace dkr {

/// Bounds what a new reader of hiredis takes: how long a list is, and how many stand in each other.
/// A reply is freed and converted by recursion, and a list has its memory before its items came.
void bound(redisReader& reader);

/// A reply of hiredis as ours.
Reply converted(const redisReply& reply);

/// A reply in the form in which servers send it (RESP2), so that it can go through a pipe.
std::string encode(const Reply& reply);

/// The reply at the beginning of a text, read by hiredis. Nothing when there is no whole one.
std::optional<Reply> decode(std::string_view text);

}  // namespace dkr
