#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace dkr {

/// An HTTP/1.0 or 1.1 request (RFC 9112) without a body. Its strings are part of the bytes that it
/// was read from.
struct HttpRequest {
  std::string_view method;
  std::string_view path;   ///< as it was sent, without the query; not decoded
  std::string_view query;  ///< what follows the `?`
  bool keep = false;       ///< the connection may serve another request
};

/// What has been read from a connection so far.
struct HttpRead {
  int status = 0;          ///< status of the refusal; 0: not refused
  std::size_t length = 0;  ///< bytes up to the next request; 0: incomplete or refused
  HttpRequest request = {};
};

/// Longer requests are refused.
inline constexpr std::size_t longest_http_request = 4096;

/// Reads the request at the beginning of `bytes`.
HttpRead read_http(std::string_view bytes) noexcept;

/// A response. The text is sent with its length, and left out if only the head was asked for.
struct HttpAnswer {
  int status = 200;
  std::string text;
  std::string_view type = "text/plain; charset=utf-8";
};

/// Returns the response as it is sent. 405 names the allowed methods, GET and HEAD.
std::string to_bytes(const HttpAnswer& answer, bool head, bool keep);

/// Returns the response to a refused request.
HttpAnswer refusal(int status);

/// Returns the value of `name=value` in a query, empty for a bare name; nullopt: no such name.
std::optional<std::string_view> query_value(std::string_view query, std::string_view name);

}  // namespace dkr
