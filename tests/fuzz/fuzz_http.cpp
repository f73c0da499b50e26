// What comes to the health endpoint, as one connection brings it.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "dkr/core/health/health_format.hpp"
#include "dkr/core/health/health_pages.hpp"
#include "dkr/core/health/health_view.hpp"
#include "fuzz/must.hpp"

namespace dkr::test {
namespace {

constexpr TimePoint now{};

HealthView a_replica() {
  HealthView view;
  view.kind = HealthView::Kind::node;
  view.heard = now;
  view.node.role = NodeView::Role::replica;
  view.node.link_up = true;
  view.lag = 7;
  view.group = "redis";
  return view;
}

void answer(const HttpRequest& request) {
  static const HealthView view = a_replica();
  HealthSite site;
  const HttpAnswer answer = answer_health(request, site, view, now);
  count(site.counts, request.path, answer.status);
  must(answer.status == 200 || answer.status == 503 ||
       (answer.status >= 400 && answer.status < 406));
  must(answer.text.ends_with('\n'));
  const std::string head = to_bytes(answer, true, request.keep);
  must(head.find("\r\n\r\n") == head.size() - 4);
  must(to_bytes(answer, false, request.keep) == head + answer.text);
}

/// A request is read alike however it is cut.
void examine_parts(std::string_view request) {
  for (std::size_t size = 0; size < request.size(); size += 1 + request.size() / 16) {
    const HttpRead part = read_http(request.substr(0, size));
    must(part.status == 0 && part.length == 0);
  }
}

void converse(std::string_view bytes) {
  while (!bytes.empty()) {
    const HttpRead read = read_http(bytes.substr(0, longest_http_request));
    must(read.status == 0 || (read.status >= 400 && read.status < 600 && read.length == 0));
    must(read.length <= bytes.size());
    if (read.length == 0) {
      must(read.status != 0 || bytes.size() < longest_http_request);
      must(!refusal(read.status).text.empty());
      return;
    }
    examine_parts(bytes.substr(0, read.length));
    must(read.request.path.starts_with('/') &&
         read.request.path.find('?') == std::string_view::npos);
    answer(read.request);
    bytes.remove_prefix(read.length);
  }
}

}  // namespace
}  // namespace dkr::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(data, data + size);
  dkr::test::converse(bytes);
  return 0;
}
