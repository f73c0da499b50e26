#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace dkr {

/// A question by HTTP/1.0 or 1.1 (RFC 9112) that has no body. Its texts are part of the bytes it
/// was read from.
struct HttpRequest {
  std::string_view method;
  std::string_view path;   ///< as it was sent, without the query: nothing is decoded
  std::string_view query;  ///< what follows the `?`
  bool keep = false;       ///< the connection may serve another one
};

/// What was read of a connection so far.
struct HttpRead {
  int status = 0;          ///< why it is refused; 0: it is not
  std::size_t length = 0;  ///< of the request, up to the next one; 0: more has to come, or refused
  HttpRequest request = {};
};

/// Longer requests are refused.
inline constexpr std::size_t longest_http_request = 4096;

/// Reads the request that the bytes begin with.
HttpRead read_http(std::string_view bytes) noexcept;

/// What is answered; the text goes with its length, and is left out when only the head was asked
/// for.
struct HttpAnswer {
  int status = 200;
  std::string text;
  std::string_view type = "text/plain; charset=utf-8";
};

/// The answer as it is sent. 405 names the methods that are allowed, GET and HEAD.
std::string to_bytes(const HttpAnswer& answer, bool head, bool keep);

/// The answer to what was refused.
HttpAnswer refusal(int status);

/// The value of `name=value` in a query; of a bare name an empty one. Nothing: no such name is
/// there.
std::optional<std::string_view> query_value(std::string_view query, std::string_view name);

}  // namespace dkr
