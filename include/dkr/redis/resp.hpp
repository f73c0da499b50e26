#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "dkr/core/reply.hpp"

struct redisReply;

namespace dkr {

/// A reply of hiredis as ours.
Reply converted(const redisReply& reply);

/// A reply in the form in which servers send it (RESP2), so that it can go through a pipe.
std::string encode(const Reply& reply);

/// The reply at the beginning of a text, read by hiredis. Nothing when there is no whole one.
std::optional<Reply> decode(std::string_view text);

}  // namespace dkr
