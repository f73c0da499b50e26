#include "dkr/core/health/health_pages.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "dkr/core/health/health_format.hpp"
#include "dkr/core/health/health_view.hpp"
#include "views.hpp"

namespace dkr {
namespace {

using namespace std::chrono_literals;
using Kind = HealthView::Kind;

constexpr TimePoint now = TimePoint{} + 100h;

HealthView view_of(const NodeView& node) {
  HealthView view;
  view.kind = Kind::node;
  view.alive = now;
  view.heard = now;
  view.node = node;
  view.lag = 7;
  return view;
}

HealthView a_replica() {
  NodeView node = linked(replica(a, b));
  node.was_linked = true;
  return view_of(node);
}

HealthView a_sentinel() {
  HealthView view = view_of({});
  view.kind = Kind::sentinel;
  view.groups = {{"a\"b", a, true, false, "NOQUORUM", 2, 3, 2}};
  return view;
}

HttpAnswer ask(const HealthView& view, const std::string& path, const std::string& query = "",
               const std::string& method = "GET") {
  HealthSite site;
  site.version = "1.2";
  return answer_health({method, path, query, true}, site, view, now);
}

TEST(Health, AnswersEachPage) {
  struct Row {
    std::string path;
    int of_master;
    int of_replica;
    int of_sentinel;
    std::string query = {};
  };
  const std::vector<Row> rows{
      {"/livez", 200, 200, 200},
      {"/readyz", 200, 200, 200},
      {"/startupz", 200, 200, 200},
      {"/master", 200, 503, 503},
      {"/primary", 200, 503, 503},
      {"/replica", 503, 200, 503},
      {"/replica", 503, 503, 503, "lag=6"},
      {"/replica", 503, 200, 503, "lag=1kb"},
      {"/replica", 400, 400, 400, "lag=-1"},
      {"/replica", 400, 400, 400, "lag"},
      {"/readyz", 503, 200, 503, "role=replica"},
      {"/livez", 200, 503, 503, "role=master"},
      {"/readyz", 400, 400, 400, "role=slave"},
      {"/sentinel", 503, 503, 200},
      {"/sentinel", 503, 503, 503, "quorum"},
      {"/status", 200, 200, 200},
      {"/metrics", 200, 200, 200},
      {"/", 404, 404, 404},
      {"/readyz/", 404, 404, 404},
      {"", 404, 404, 404},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(ask(view_of(master(a)), row.path, row.query).status, row.of_master) << row.path;
    EXPECT_EQ(ask(a_replica(), row.path, row.query).status, row.of_replica) << row.path;
    EXPECT_EQ(ask(a_sentinel(), row.path, row.query).status, row.of_sentinel) << row.path;
  }
}

TEST(Health, TakesGetAndHeadOnly) {
  EXPECT_EQ(ask(a_replica(), "/readyz", "", "HEAD").status, 200);
  EXPECT_EQ(ask(a_replica(), "/readyz", "", "POST").status, 405);
  EXPECT_EQ(ask(a_replica(), "/status", "", "get").status, 405);
}

TEST(Health, SaysWhyInOneLine) {
  const HttpAnswer answer = ask(a_replica(), "/master");
  EXPECT_EQ(answer.text, "a replica\n");
  EXPECT_EQ(answer.type, "text/plain; charset=utf-8");
}

TEST(Health, TellsAllAsJson) {
  HealthView view = view_of(master(a, 5));
  view.group = "redis";
  view.gate = Gate::closed;
  view.gate_reason = "most";
  view.crashes = 2;
  view.standing = standing_of({name(b), {}}, {name(b, 2), {}}, {me});
  view.standing.looked = true;
  EXPECT_EQ(ask(view, "/status").text,
            R"({"version":"1.2","role":"master",)"
            R"("live":{"yes":true,"reason":"the server answers"},)"
            R"("started":{"yes":true,"reason":"the server has started"},)"
            R"("ready":{"yes":false,"reason":"a master that refuses writes: most"},)"
            R"("crashes":2,"failure":"",)"
            R"("node":{"loading":false,"keys":1,"linked_replicas":0,"offset":5,)"
            R"("replication_id":"h"},)"
            R"("group":{"name":"redis","fence":"closed","fence_reason":"most",)"
            R"("paused_until":null,)"
            R"("master":"10.0.0.2:6379","named":false,"sentinels_known":3,"sentinels_reached":2,)"
            R"("votes_needed":2}})"
            "\n");
  EXPECT_EQ(ask(a_sentinel(), "/status").type, "application/json");
}

TEST(Health, TellsMetrics) {
  HealthSite site;
  site.version = "1.2";
  count(site.counts, "/readyz", 503);
  count(site.counts, "/nowhere", 404);
  const std::string text = health_metrics(site, a_sentinel(), now);
  for (const char* line : {"# TYPE dkr_redis_role gauge\n", "dkr_redis_role{role=\"sentinel\"} 1\n",
                           "dkr_redis_group_can_fail_over{group=\"a\\\"b\"} 0\n",
                           "dkr_redis_build_info{version=\"1.2\"} 1\n",
                           "dkr_redis_health_requests_total{page=\"/readyz\",code=\"503\"} 1\n",
                           "dkr_redis_health_requests_total{page=\"other\",code=\"other\"} 1\n"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line << text;
  }
  EXPECT_NE(health_metrics(site, a_replica(), now).find("\ndkr_redis_replication_lag_bytes 7\n"),
            std::string::npos);
}

}  // namespace
}  // namespace dkr
