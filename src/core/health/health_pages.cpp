#include "dkr/core/health/health_pages.hpp"

#include <algorithm>
#include <optional>

#include "dkr/core/base/endpoint.hpp"
#include "dkr/core/base/text.hpp"
#include "dkr/core/settings/settings_table.hpp"

namespace dkr {
namespace {

using Kind = HealthView::Kind;
using Role = NodeView::Role;

HttpAnswer refuse(int status, std::string line) {
  return {status, std::move(line) + '\n'};
}

std::string all_paths() {
  std::string all;
  for (const std::string_view path : health_paths) {
    all += (all.empty() ? "" : " ") + std::string(path);
  }
  return all;
}

/// Returns what a path asks for; nullopt if it is not a probe.
std::optional<ProbeQuery> query_of(std::string_view path, const ProbeQuery& limits) {
  ProbeQuery query = limits;
  if (path == path_of(Probe::live)) {
    query.probe = Probe::live;
  } else if (path == path_of(Probe::started)) {
    query.probe = Probe::started;
  } else if (path == "/master" || path == "/primary") {
    query.kind = Kind::node;
    query.role = Role::master;
  } else if (path == "/replica") {
    query.kind = Kind::node;
    query.role = Role::replica;
  } else if (path == "/sentinel") {
    query.kind = Kind::sentinel;
  } else if (path != path_of(Probe::ready)) {
    return std::nullopt;
  }
  return query;
}

/// Adds what the query of a request asks for. Returns what is wrong with it; empty if nothing is.
std::string take_query(ProbeQuery& query, std::string_view text) {
  if (const auto role = query_value(text, "role")) {
    query.role = role_named(*role);
    if (!query.role) {
      return "role=" + std::string(*role) + ": accepted is master or replica";
    }
  }
  if (const auto lag = query_value(text, "lag")) {
    query.max_lag = parse_bytes(*lag);
    if (!query.max_lag) {
      return "lag=" + std::string(*lag) + ": accepted is " +
             accepted(spec_of(&Settings::ready_max_lag));
    }
  }
  query.quorum = query_value(text, "quorum").has_value();
  return {};
}

}  // namespace

std::string_view path_of(Probe probe) {
  switch (probe) {
    case Probe::live:
      return health_paths[0];
    case Probe::ready:
      return health_paths[1];
    case Probe::started:
      return health_paths[2];
  }
  return {};
}

HttpAnswer answer_health(const HttpRequest& request, const HealthSite& site, const HealthView& view,
                         TimePoint now) {
  constexpr int bad_request = 400;
  constexpr int not_found = 404;
  constexpr int not_allowed = 405;
  constexpr int unavailable = 503;
  if (request.method != "GET" && request.method != "HEAD") {
    return refuse(not_allowed, "accepted is GET or HEAD");
  }
  if (request.path == "/status") {
    return {200, health_json(site, view, now) + '\n', "application/json"};
  }
  if (request.path == "/metrics") {
    return {200, health_metrics(site, view, now), "text/plain; version=0.0.4; charset=utf-8"};
  }
  auto query = query_of(request.path, site.limits);
  if (!query) {
    return refuse(not_found, "no such page; there are " + all_paths());
  }
  if (std::string complaint = take_query(*query, request.query); !complaint.empty()) {
    return refuse(bad_request, std::move(complaint));
  }
  Verdict verdict = judge_probe(*query, view, now);
  return {verdict.good ? 200 : unavailable, std::move(verdict.line) + '\n'};
}

}  // namespace dkr
