#pragma once

#include <string>
#include <tuple>
#include <vector>

namespace dkr {

/// A reply of a server.
struct Reply {
  enum class Kind { nil, text, integer, list, error };
  Kind kind = Kind::nil;
  std::string text;  ///< of a text or an error
  long long integer = 0;
  std::vector<Reply> items;  ///< of a list
};

/// Why a server did not answer.
struct Failure {
  enum class Kind {
    silent,              ///< no reply in time, or none of any use
    unresolved,          ///< its name has no address
    refused_connection,  ///< its host is there, but no server listens on it
    refused_by_server,   ///< the server replies with an error: NOAUTH, WRONGPASS, ERR
  };
  Kind kind = Kind::silent;
  std::string text;  ///< for a person
};

inline auto fields_of(const Failure& failure) {
  const auto& [kind, text] = failure;
  return std::tie(kind, text);
}
constexpr Failure::Kind last_of(Failure::Kind /*type*/) {
  return Failure::Kind::refused_by_server;
}

/// True if a server that has started refuses us: it wants another password, user or address. One
/// that loads, or is busy with a script, refuses everybody.
inline bool is_objection(const Failure& failure) {
  return failure.kind == Failure::Kind::refused_by_server && !failure.text.starts_with("LOADING") &&
         !failure.text.starts_with("BUSY");
}

/// Returns the failure of a server that did not answer in time.
inline Failure too_late() {
  return {Failure::Kind::silent, "no answer in time"};
}

}  // namespace dkr
