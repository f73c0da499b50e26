// A status on a screen and as JSON; docker/operations.md has a picture of it.

#include "dkr/core/view/status_format.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "dkr/core/base/screen.hpp"
#include "dkr/core/node/replica_priority.hpp"
#include "dkr/core/view/status_json.hpp"
#include "status_rows.hpp"

namespace dkr {
namespace {

const std::chrono::system_clock::time_point now(1769860800s);

std::string screen(const GroupStatus& group, std::size_t width = 0) {
  return to_text(status_screen(make_status(group), now, width), {});
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

Endpoint named(const char* host, std::uint16_t port) {
  return {host, port};
}

/// The group of the picture: its master was killed 12 s ago, and a replica has taken over.
GroupStatus after_a_failover() {
  const Endpoint one = named("redis-1", 6379);
  const Endpoint two = named("redis-2", 6379);
  const Endpoint three = named("redis-3", 6379);
  GroupStatus group{"redis", {}, {}};
  for (std::size_t which = 0; which < 3; ++which) {
    SentinelView view = names(two, which, 1, 0);
    view.at = named(("sentinel-" + std::to_string(which + 1)).c_str(), 26379);
    for (std::size_t other = 0; other < 3; ++other) {
      if (other != which) {
        view.sentinels.push_back(
            {named(("sentinel-" + std::to_string(other + 1)).c_str(), 26379), ids.at(other), {}});
      }
    }
    view.replicas = {{one, "", ServerFlags("slave,s_down")}, {three, "", ServerFlags("slave")}};
    group.sentinels.push_back(told_by(view, 3h));
    group.sentinels.back().detail.named_for = 7s;
    group.sentinels.back().detail.missed = {{one, 2s}};
  }
  NodeView master = node(two, NodeView::Role::master, {}, 81920);
  master.keys = 1204;
  NodeView other = linked(replica(three, two, 81830));
  other.keys = 1204;
  group.nodes = {
      {unanswered<NodeView>(one, {Failure::Kind::refused_connection, "Connection refused"})},
      told_by(master, "b0", 3h),
      told_by(other, "c0", 3h)};
  return group;
}

TEST(StatusScreen, IsThePictureInTheDocuments) {
  std::ifstream file(std::string(DKR_PAGES) + "operations.md");
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  const std::string picture = "```text\n" + screen(after_a_failover()) + "```\n";
  EXPECT_TRUE(has(page, picture)) << "docker/operations.md should hold this picture:\n" << picture;
}

TEST(StatusScreen, OfAHealthyGroupBeginsWithItsMaster) {
  const std::string text = screen(healthy_group());
  EXPECT_TRUE(
      text.starts_with("group redis: master 10.0.0.1:6379 takes writes, 2 of 2 replicas "
                       "linked, 3 of 3 sentinels agree\n"))
      << text;
  EXPECT_TRUE(has(text, "\nvotes   3 of 3 sentinels answer, a failover needs 2\n")) << text;
  EXPECT_TRUE(has(text, "\nnext    10.0.0.2:6379, then 10.0.0.3:6379\n")) << text;
  EXPECT_FALSE(has(text, "note")) << text;
}

TEST(StatusScreen, SaysWhoRefusesWrites) {
  const auto headline = [](const std::optional<MinReplicas>& limits, long long good) {
    GroupStatus group = healthy_group();
    node_at(group, a).detail.limits = limits;
    node_at(group, a).detail.good_replicas = good;
    const std::string text = screen(group);
    return text.substr(0, text.find(", 2 of"));
  };
  const std::string master = "group redis: master 10.0.0.1:6379";
  EXPECT_EQ(headline(MinReplicas{no_writes, 10}, 2), master + " refuses writes: fence closed");
  EXPECT_EQ(headline(MinReplicas{no_writes_in_handover, 10}, 2),
            master + " refuses writes: handover");
  EXPECT_EQ(headline(MinReplicas{2, 10}, 1), master + " refuses writes: 1 of 2 replicas");
  EXPECT_EQ(headline(MinReplicas{1, 10}, 2), master + " takes writes with 1 replica");
  EXPECT_EQ(headline(std::nullopt, 0), master);
}

TEST(StatusScreen, SaysWhatIsWrongWithTheMaster) {
  GroupStatus group = healthy_group();
  fall_silent(group, a);
  EXPECT_TRUE(screen(group).starts_with("group redis: master 10.0.0.1:6379 does not answer, "));
  node_at(group, a).view.failure = {Failure::Kind::refused_by_server, "NOAUTH"};
  EXPECT_TRUE(screen(group).starts_with("group redis: master 10.0.0.1:6379 refuses to answer, "));
  node_at(group, a) = told_by(replica(a, b), "a0", 9s);
  EXPECT_TRUE(screen(group).starts_with(
      "group redis: 10.0.0.1:6379 is named the master, and is a replica, "));
  group.sentinels.clear();
  EXPECT_TRUE(screen(group).starts_with("no master, 2 of 3 replicas linked, no sentinel\n"));
  group = {"redis", {{unanswered<SentinelView>(sentinel_at(0), too_late())}}, {{silent(b)}}};
  EXPECT_EQ(screen(group),
            "group redis: no master, no replica, 0 of 1 sentinel agrees\n\n"
            "NODE           STATE\n"
            "10.0.0.2:6379  no answer in time\n\n"
            "SENTINEL        STATE\n"
            "10.1.0.0:26379  no answer in time\n\n"
            "next    nobody would take over: no sentinel answers\n");
  EXPECT_EQ(screen({"redis", {}, {}}), "nobody to ask: no sentinel, master or peers are set\n");
}

TEST(StatusScreen, SaysWhatIsWrongWithTheOthers) {
  GroupStatus group = healthy_group();
  node_at(group, b).view.link_up = false;
  node_at(group, b).detail.cut_for = 12s;
  node_at(group, c).view.priority = held_back(50);
  group.sentinels[1] = {unanswered<SentinelView>(sentinel_at(1), too_late())};
  group.sentinels[2].view.tilt = true;
  const std::string text = screen(group);
  EXPECT_TRUE(has(text, "1 of 2 replicas linked, 2 of 3 sentinels agree\n")) << text;
  EXPECT_TRUE(has(text, "  no link for 12s  ")) << text;
  EXPECT_TRUE(has(text, "  50, held back  ")) << text;
  EXPECT_TRUE(has(text, "  no answer in time\n")) << text;
  EXPECT_TRUE(has(text, "  only observes for now (TILT)  ")) << text;
  EXPECT_TRUE(has(text, "2 of 3 sentinels answer, a failover needs 2; gone: 10.1.0.1:26379\n"))
      << text;
}

TEST(StatusScreen, SaysThatTheGroupIsPaused) {
  GroupStatus group = healthy_group();
  for (SentinelStatus& sentinel : group.sentinels) {
    sentinel.view.paused_until = WallTime{std::chrono::seconds(1769862600)};
  }
  const std::string text = screen(group);
  EXPECT_TRUE(has(text, ", 3 of 3 sentinels agree, paused until 2026-01-31 12:30:00 UTC\n"))
      << text;
  EXPECT_TRUE(has(text, "\nnext    nobody would take over: the group is paused until ")) << text;
  EXPECT_TRUE(has(to_json(make_status(group), now), R"("paused_until":"2026-01-31T12:30:00Z")"));
}

TEST(StatusScreen, FitsIntoANarrowTerminal) {
  const GroupStatus group = healthy_group();
  EXPECT_TRUE(has(screen(group), "VERSION"));
  const std::string narrow = screen(group, 70);
  EXPECT_FALSE(has(narrow, "VERSION")) << narrow;
  EXPECT_TRUE(has(narrow, "STATE")) << narrow;
}

TEST(StatusJson, HasAllOfTheScreen) {
  const std::string json = to_json(make_status(after_a_failover()), now);
  for (const char* part :
       {R"({"group":"redis","time":"2026-01-31T12:00:00Z","master":"redis-2:6379","nodes":[)",
        R"({"name":"redis-2:6379","address":"redis-2:6379","role":"master","loading":false,)"
        R"("writes":"taken","linked_replicas":0,"fence_closed":false,"min_replicas_to_write":0,)",
        R"("role":"replica","loading":false,"master":"redis-2:6379","link_up":true,)"
        R"("synchronizing":false,"lag_bytes":90,"heard_seconds_ago":0,"priority":100,)"
        R"("held_back":false,"next":1,)",
        R"({"name":"redis-1:6379","address":"redis-1:6379","failure":"Connection refused"})",
        R"("agrees":true,"flags":"master","tilt":false,"epoch":1,"quorum":2,"down_after_ms":5000,)"
        R"("failover_timeout_ms":180000,"parallel_syncs":1,"known_sentinels":3,"known_replicas":2,)"
        R"("down":[{"address":"redis-1:6379","seconds":2}],"named_seconds":7,)",
        R"("votes":{"known":3,"answering":3,"needed":2,"suffice":true,"gone":[]},)"
        R"("next":["redis-3:6379"],"notes":[],"events":[{"kind":"missed",)"
        R"("time":"2026-01-31T11:59:58Z","seconds":2,)"
        R"("text":"redis-1:6379 is down for 3 of 3 sentinels"})"}) {
    EXPECT_TRUE(has(json, part)) << part << "\nis not in\n" << json;
  }
}

}  // namespace
}  // namespace dkr
