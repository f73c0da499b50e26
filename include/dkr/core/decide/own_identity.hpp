#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/base/time.hpp"

namespace dkr {

/// What a sentinel says of itself, about every two seconds, on a channel of each server.
struct Hello {
  Endpoint from;   ///< what it announces
  std::string id;  ///< its myid
};

/// Parses a message of that channel; nullopt if it is of another form.
/// Source: sentinelSendHello() in sentinel.c.
std::optional<Hello> parse_hello(std::string_view message);

/// Whose the identity is that a sentinel says hello with.
enum class IdentityOwner {
  ours,      ///< nobody else is heard with it
  disputed,  ///< another sentinel has it, and gives it up if dkr-redis runs it
  theirs,    ///< another sentinel has it, and we give it up
};

/// Listens to hellos with the identity of our own sentinel, which a sentinel itself ignores, so
/// that two with one identity never see each other.
class IdentityEar {
 public:
  /// Takes a hello with our identity; `me` is every endpoint of this container. An address that
  /// says hello, then another, then the first again: these are two sentinels, and no address has
  /// changed. The one with the smaller endpoint keeps the identity, for identity_grace at most:
  /// nobody may heed this rule at the other end. If both give it up, each has a random one.
  IdentityOwner hear(const Endpoint& from, const std::vector<Endpoint>& me, TimePoint now);

  /// Returns another endpoint than ours that was heard; empty if there is none.
  [[nodiscard]] Endpoint other_than(const std::vector<Endpoint>& me) const;

 private:
  struct Voice {
    Endpoint from;
    TimePoint last;
  };

  std::vector<Voice> voices_;
  std::optional<TimePoint> disputed_since_;
};

}  // namespace dkr
