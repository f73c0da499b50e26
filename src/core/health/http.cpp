#include "dkr/core/health/http.hpp"

#include <algorithm>

#include "dkr/core/base/text.hpp"

namespace dkr {
namespace {

constexpr int bad_request = 400;
constexpr int has_a_body = 413;
constexpr int too_long = 431;
constexpr int other_version = 505;

HttpRead refuse(int status) noexcept {
  return {status, 0, {}};
}

/// RFC 9110, section 5.6.2.
constexpr std::string_view token_marks = "!#$%&'*+-.^_`|~";

bool is_token(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           token_marks.find(c) != std::string_view::npos;
  });
}

/// True if the text has no control character that somebody else may take for its end.
bool is_line(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= ' ' && byte != 0x7f) || c == '\t';
  });
}

bool same_word(std::string_view a, std::string_view b) noexcept {
  const auto small = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return small(x) == small(y); });
}

/// True if a comma-separated list has a word.
bool lists(std::string_view list, std::string_view word) noexcept {
  while (!list.empty()) {
    const auto end = std::min(list.find(','), list.size());
    if (same_word(trim(list.substr(0, end)), word)) {
      return true;
    }
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return false;
}

/// Takes the next line, which ends with CR LF, or LF alone as RFC 9112, section 2.2 allows.
std::string_view take_line(std::string_view& bytes) noexcept {
  const auto end = bytes.find('\n');
  std::string_view line = bytes.substr(0, end);
  bytes.remove_prefix(end + 1);
  if (line.ends_with('\r')) {
    line.remove_suffix(1);
  }
  return line;
}

/// Returns the length of the head with the empty line that ends it; 0 if that has not come yet.
std::size_t head_length(std::string_view bytes) noexcept {
  for (auto end = bytes.find('\n'); end != std::string_view::npos;
       end = bytes.find('\n', end + 1)) {
    const std::string_view rest = bytes.substr(end + 1);
    if (rest.starts_with('\n')) {
      return end + 2;
    }
    if (rest.starts_with("\r\n")) {
      return end + 3;
    }
  }
  return 0;
}

/// Reads a path, also after the `http://host` that a proxy sends. Returns false if it is not one.
bool read_target(std::string_view target, HttpRequest& request) noexcept {
  constexpr std::string_view scheme = "http://";
  if (target.starts_with(scheme)) {
    target.remove_prefix(scheme.size());
    const auto path = target.find('/');
    target = path == std::string_view::npos ? "/" : target.substr(path);
  }
  const auto mark = std::min(target.find('?'), target.size());
  request.path = target.substr(0, mark);
  request.query = target.substr(std::min(mark + 1, target.size()));
  return request.path.starts_with('/');
}

/// Returns the status of a refusal, or 0.
int read_first_line(std::string_view line, HttpRequest& request) noexcept {
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  if (!is_line(line) || first == std::string_view::npos || first == last) {
    return bad_request;
  }
  request.method = line.substr(0, first);
  const std::string_view target = line.substr(first + 1, last - first - 1);
  const std::string_view version = line.substr(last + 1);
  if (!is_token(request.method) || target.find(' ') != std::string_view::npos ||
      !version.starts_with("HTTP/") || !read_target(target, request)) {
    return bad_request;
  }
  request.keep = version == "HTTP/1.1";
  return request.keep || version == "HTTP/1.0" ? 0 : other_version;
}

int read_field(std::string_view line, HttpRequest& request) noexcept {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon)) || !is_line(line)) {
    return bad_request;
  }
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = trim(line.substr(colon + 1));
  if (same_word(name, "transfer-encoding") || (same_word(name, "content-length") && value != "0")) {
    return has_a_body;
  }
  if (same_word(name, "connection")) {
    request.keep = !lists(value, "close") && (request.keep || lists(value, "keep-alive"));
  }
  return 0;
}

std::string_view reason_of(int status) {
  switch (status) {
    case 200:
      return "OK";
    case bad_request:
      return "Bad Request";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case has_a_body:
      return "Content Too Large";
    case too_long:
      return "Request Header Fields Too Large";
    case other_version:
      return "HTTP Version Not Supported";
    default:
      return "Service Unavailable";
  }
}

}  // namespace

HttpRead read_http(std::string_view bytes) noexcept {
  HttpRead read;
  while (bytes.substr(read.length).starts_with("\r\n")) {  // RFC 9112, section 2.2
    read.length += 2;
  }
  const std::string_view head = bytes.substr(read.length, longest_http_request);
  const std::size_t length = head_length(head);
  if (length == 0) {
    return bytes.size() >= longest_http_request ? refuse(too_long) : HttpRead{};
  }
  read.length += length;
  std::string_view rest = head.substr(0, length);
  if (const int status = read_first_line(take_line(rest), read.request); status != 0) {
    return refuse(status);
  }
  for (auto line = take_line(rest); !line.empty(); line = take_line(rest)) {
    if (const int status = read_field(line, read.request); status != 0) {
      return refuse(status);
    }
  }
  return read;
}

std::string to_bytes(const HttpAnswer& answer, bool head, bool keep) {
  std::string bytes = "HTTP/1.1 " + std::to_string(answer.status) + ' ';
  bytes += reason_of(answer.status);
  bytes += "\r\nContent-Type: ";
  bytes += answer.type;
  bytes += "\r\nContent-Length: " + std::to_string(answer.text.size());
  bytes += answer.status == 405 ? "\r\nAllow: GET, HEAD" : "";
  bytes += keep ? "\r\nConnection: keep-alive" : "\r\nConnection: close";
  bytes += "\r\nCache-Control: no-store\r\n\r\n";
  return head ? bytes : bytes + answer.text;
}

HttpAnswer refusal(int status) {
  return {status, std::string(reason_of(status)) + '\n'};
}

std::optional<std::string_view> query_value(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const auto end = std::min(query.find('&'), query.size());
    const std::string_view item = query.substr(0, end);
    if (item.starts_with(name) && (item.size() == name.size() || item[name.size()] == '=')) {
      return item.substr(std::min(name.size() + 1, item.size()));
    }
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  return std::nullopt;
}

}  // namespace dkr
