// What a status makes of the answers of a group: its master, who would take over, what does not
// fit.

#include "dkr/core/view/status_view.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "dkr/core/base/codec.hpp"
#include "dkr/core/node/replica_priority.hpp"
#include "status_rows.hpp"

namespace dkr {
namespace {

using Names = std::vector<std::string>;

const std::string at_a = to_string(a);
const std::string at_b = to_string(b);
const std::string at_c = to_string(c);

const NodeLine& line_of(const StatusView& view, const std::string& name) {
  return *std::find_if(view.nodes.begin(), view.nodes.end(),
                       [&](const NodeLine& line) { return line.name == name; });
}

Names texts(const StatusView& view) {
  Names all;
  for (const StatusNote& note : view.notes) {
    all.push_back(note.text);
  }
  return all;
}

TEST(Status, AHealthyGroupHasAMasterAndHeirsAndNothingToSay) {
  const StatusView view = make_status(healthy_group());
  EXPECT_EQ(view.master, at_a);
  ASSERT_EQ(view.nodes.size(), 3U);
  EXPECT_EQ(view.nodes[0].name, at_a) << "the master is first";
  EXPECT_EQ(view.nodes[0].writes, Writes::taken);
  EXPECT_FALSE(view.nodes[0].lag);
  EXPECT_EQ(view.nodes[1].name, at_b);
  EXPECT_EQ(view.nodes[1].lag, 0);
  EXPECT_EQ(view.nodes[2].lag, 10);
  EXPECT_EQ(view.heirs, (Names{at_b, at_c})) << "the one with more is first";
  EXPECT_EQ(view.nodes[1].turn, 1U);
  EXPECT_EQ(view.nodes[2].turn, 2U);
  EXPECT_EQ(view.no_heir, "");
  EXPECT_EQ(texts(view), Names{});
  ASSERT_EQ(view.sentinels.size(), 3U);
  EXPECT_TRUE(view.sentinels[0].agrees && view.sentinels[1].agrees && view.sentinels[2].agrees);
  EXPECT_TRUE(anybody_answers(view));
}

struct HeirRow {
  std::string what;
  std::function<void(GroupStatus&)> change;
  Names heirs;
  std::string never = {};  ///< why `c` never would
};

TEST(Status, KnowsWhoWouldTakeOverAsSentinelChooses) {
  const auto flags = [](const std::string& words) {
    return [words](GroupStatus& group) { set_flags(group, c, words); };
  };
  const std::vector<HeirRow> rows{
      {"a lower priority number comes before more data",
       [](auto& group) { node_at(group, c).view.priority = 99; },
       {at_c, at_b}},
      {"with the same data it is the lower run id",
       [](auto& group) {
         node_at(group, c).view.offset = 5000;
         node_at(group, c).view.run_id = "a9";
       },
       {at_c, at_b}},
      {"held back: the last",
       [](auto& group) { node_at(group, b).view.priority = held_back(100); },
       {at_c, at_b}},
      {"priority 0",
       [](auto& group) { node_at(group, c).view.priority = 0; },
       {at_b},
       "priority 0"},
      {"down", flags("slave,s_down"), {at_b}, "down"},
      {"disconnected", flags("slave,disconnected"), {at_b}, "not reached"},
      {"a link that was lost long before",
       [](auto& group) {
         node_at(group, c).view.link_up = false;
         node_at(group, c).detail.cut_for = 51s;
       },
       {at_b},
       "its link is down for too long"},
      {"a link that was lost with the master",
       [](auto& group) {
         fall_silent(group, a);
         node_at(group, c).view.link_up = false;
         node_at(group, c).detail.cut_for = 60s;
         group.sentinels[0].detail.missed = {{a, 10s}};
       },
       {at_b, at_c}},
      {"one that only the sentinels reach",
       [](auto& group) {
         fall_silent(group, c);
         for (SentinelStatus& sentinel : group.sentinels) {
           sentinel.view.replicas[1].id = "c0";
         }
       },
       {at_b, at_c}},
      {"one that nobody has reached yet",
       [](auto& group) { fall_silent(group, c); },
       {at_b},
       "not heard yet"},
  };
  for (const HeirRow& row : rows) {
    GroupStatus group = healthy_group();
    row.change(group);
    const StatusView view = make_status(group);
    EXPECT_EQ(view.heirs, row.heirs) << row.what;
    EXPECT_EQ(line_of(view, at_c).never, row.never) << row.what;
    EXPECT_EQ(line_of(view, at_c).turn == 0, !row.never.empty()) << row.what;
  }
}

struct NobodyRow {
  std::string why;
  std::function<void(GroupStatus&)> change;
};

TEST(Status, KnowsWhyNobodyWouldTakeOver) {
  const std::vector<NobodyRow> rows{
      {"no sentinel answers",
       [](auto& group) {
         for (SentinelStatus& sentinel : group.sentinels) {
           sentinel = {unanswered<SentinelView>(sentinel.view.at, too_late())};
         }
       }},
      {"no sentinel knows the group",
       [](auto& group) {
         for (SentinelStatus& sentinel : group.sentinels) {
           sentinel.view.knows_group = false;
         }
       }},
      {"too few sentinels answer",
       [](auto& group) {
         for (const std::size_t which : {1U, 2U}) {
           group.sentinels[which] = {unanswered<SentinelView>(sentinel_at(which), too_late())};
         }
       }},
      {"too few sentinels answer",
       [](auto& group) {
         for (SentinelStatus& sentinel : group.sentinels) {
           sentinel.view.quorum = 4;
         }
       }},
      {"the sentinels only observe for now (TILT)",
       [](auto& group) {
         for (SentinelStatus& sentinel : group.sentinels) {
           sentinel.view.tilt = true;
         }
       }},
      {"there is no replica that could be promoted",
       [](auto& group) {
         set_flags(group, b, "slave,s_down");
         set_flags(group, c, "slave,s_down");
       }},
  };
  for (const NobodyRow& row : rows) {
    GroupStatus group = healthy_group();
    row.change(group);
    const StatusView view = make_status(group);
    EXPECT_EQ(view.no_heir, row.why);
    EXPECT_TRUE(view.heirs.empty()) << row.why;
    EXPECT_EQ(view.master, at_a) << row.why;
  }
}

struct WritesRow {
  Writes writes;
  std::function<void(NodeStatus&)> change;
};

TEST(Status, KnowsTheFenceByItsLimits) {
  const auto limits = [](int count, std::optional<long long> good) {
    return [=](NodeStatus& node) {
      node.detail.limits = MinReplicas{count, 10};
      node.detail.good_replicas = good;
    };
  };
  const std::vector<WritesRow> rows{
      {Writes::fenced, limits(no_writes, 2)},
      {Writes::handover, limits(no_writes_in_handover, 2)},
      {Writes::limited, limits(2, 1)},
      {Writes::taken, limits(2, 2)},
      {Writes::taken, limits(2, std::nullopt)},
      {Writes::unknown, [](NodeStatus& node) { node.detail.limits.reset(); }},
      {Writes::loading, [](NodeStatus& node) { node.view.loading = true; }},
      {Writes::unknown, [](NodeStatus& node) { node = {silent(a)}; }},
      {Writes::none, [](NodeStatus& node) { node.view.role = NodeView::Role::replica; }},
  };
  for (const WritesRow& row : rows) {
    GroupStatus group = healthy_group();
    row.change(node_at(group, a));
    EXPECT_EQ(line_of(make_status(group), at_a).writes, row.writes) << name_of(row.writes);
  }
}

TEST(Status, ALagIsOneOfTheSameHistory) {
  GroupStatus group = healthy_group();
  node_at(group, b).view.replication_id = "other";
  node_at(group, c).view.offset = 5003;
  EXPECT_FALSE(line_of(make_status(group), at_b).lag);
  EXPECT_EQ(line_of(make_status(group), at_c).lag, 0) << "it was asked later";
  node_at(group, b).view.replication_id = "before";
  node_at(group, b).view.offset = 4000;
  node_at(group, a).view.former_id = "before";
  EXPECT_EQ(line_of(make_status(group), at_b).lag, 1000);
  fall_silent(group, a);
  EXPECT_FALSE(line_of(make_status(group), at_c).lag);
}

TEST(Status, SaysWhatDoesNotFit) {
  GroupStatus group = healthy_group();
  group.sentinels[1].view.quorum = 1;
  group.sentinels[2].detail.failover_timeout = 20s;
  node_at(group, b).view.role = NodeView::Role::master;
  const std::string s0 = to_string(sentinel_at(0));
  const std::string s1 = to_string(sentinel_at(1));
  const std::string s2 = to_string(sentinel_at(2));
  EXPECT_EQ(texts(make_status(group)),
            (Names{"more than one node is a master: " + at_a + ", " + at_b,
                   "the sentinels differ in quorum: 1 by " + s1 + "; 2 by " + s0 + ", " + s2,
                   "the sentinels differ in failover-timeout: 180000 by " + s0 + ", " + s1 +
                       "; 20000 by " + s2}));

  group = healthy_group();
  group.sentinels[2].view.master = b;
  StatusView view = make_status(group);
  EXPECT_EQ(texts(view), (Names{"the sentinels name different masters: " + at_a + " by " + s0 +
                                ", " + s1 + "; " + at_b + " by " + s2}));
  EXPECT_EQ(view.notes.front().grade, Grade::bad);
  EXPECT_EQ(view.master, at_a) << "that is the majority's";
  EXPECT_FALSE(view.sentinels[2].agrees);

  group = healthy_group();
  group.sentinels[2].view.replicas[0].flags = ServerFlags("slave,s_down");
  EXPECT_EQ(texts(make_status(group)), (Names{"sentinel " + s2 + " would promote " + at_c}));
}

TEST(Status, WhileItIsPausedNobodyTakesOver) {
  const WallTime until{std::chrono::seconds(1769862600)};
  GroupStatus group = healthy_group();
  for (SentinelStatus& sentinel : group.sentinels) {
    sentinel.view.paused_until = until;
  }
  StatusView view = make_status(group);
  EXPECT_EQ(view.paused_until, until);
  EXPECT_EQ(view.no_heir, "the group is paused until 2026-01-31 12:30:00 UTC");
  EXPECT_EQ(view.nodes[1].turn, 1U) << "a handover chooses it all the same";
  EXPECT_EQ(texts(view), Names{});
  group.sentinels[2].view.paused_until = {};
  view = make_status(group);
  EXPECT_EQ(view.paused_until, until) << "most have it";
  EXPECT_EQ(texts(view), (Names{"the sentinels differ in their pause: none by " +
                                to_string(sentinel_at(2)) + "; until 2026-01-31 12:30:00 UTC by " +
                                to_string(sentinel_at(0)) + ", " + to_string(sentinel_at(1))}));
  group.sentinels[1].view.paused_until = {};
  EXPECT_EQ(make_status(group).paused_until, WallTime{});
  EXPECT_EQ(make_status(group).no_heir, "");
}

TEST(Status, WithoutAMajorityTheMasterIsTheOnlyOneThatSaysSo) {
  GroupStatus group = healthy_group();
  group.sentinels.clear();
  EXPECT_EQ(make_status(group).master, at_a);
  node_at(group, b).view.role = NodeView::Role::master;
  EXPECT_EQ(make_status(group).master, "");
  EXPECT_EQ(make_status({"redis", {}, {}}).master, "");
  EXPECT_FALSE(anybody_answers(make_status({"redis", {}, {{silent(a)}}})));
}

TEST(Status, AServerIsOneLineAndHasItsName) {
  GroupStatus group = healthy_group();
  node_at(group, a).view.announced = {"redis-1", 6379};
  NodeStatus again = node_at(group, a);
  again.view.at = {"redis-1", 6379};
  group.nodes.insert(group.nodes.begin(), again);
  group.sentinels[2].view.master = {"redis-1", 6379};
  const StatusView view = make_status(group);
  ASSERT_EQ(view.nodes.size(), 3U);
  EXPECT_EQ(view.nodes[0].name, "redis-1:6379");
  EXPECT_EQ(view.nodes[0].node.view.at, a);
  EXPECT_EQ(view.master, "redis-1:6379");
  EXPECT_TRUE(view.notes.empty()) << "a name and an address of one server do not differ";
}

TEST(Status, TellsWhatHasHappenedTheNewestFirst) {
  GroupStatus group = healthy_group();
  fall_silent(group, a);
  for (SentinelStatus& sentinel : group.sentinels) {
    sentinel.view.master = b;
    sentinel.view.config_epoch = 3;
    sentinel.detail.named_for = 30s;
  }
  group.sentinels[0].detail.named_for = 31s;
  group.sentinels[1].detail.missed = {{a, 33s}};
  node_at(group, c).detail.cut_for = 36s;
  node_at(group, b).detail.saved = 7s;
  Names told;
  for (const StatusEvent& event : make_status(group).events) {
    told.push_back(std::to_string(event.age / 1s) + " " + event.text);
  }
  const std::string sentinel = " sentinel ";
  EXPECT_EQ(told,
            (Names{"7 " + at_b + " saved its data", "31 the sentinels name " + at_b + ", epoch 3",
                   "33 " + at_a + " is down for 1 of 3 sentinels",
                   "36 " + at_c + " lost its link to " + at_a,
                   "190 sentinel " + to_string(sentinel_at(0)) + " started",
                   "190 sentinel " + to_string(sentinel_at(1)) + " started",
                   "190 sentinel " + to_string(sentinel_at(2)) + " started",
                   "200 " + at_b + " started", "200 " + at_c + " started"}));
  group.sentinels[0].detail.named_for = 189s;
  EXPECT_EQ(std::count_if(told.begin(), told.end(),
                          [](const auto& one) { return one.find("name") != std::string::npos; }),
            1);
  for (SentinelStatus& one : group.sentinels) {
    one.detail.named_for = 189s;
  }
  for (const StatusEvent& event : make_status(group).events) {
    EXPECT_NE(event.kind, StatusEvent::Kind::named) << "it is named since they started";
  }
}

Reply text(const std::string& value) {
  return {Reply::Kind::text, value, 0, {}};
}

Reply fields(const std::vector<std::string>& words) {
  Reply list{Reply::Kind::list, "", 0, {}};
  for (const std::string& word : words) {
    list.items.push_back(text(word));
  }
  return list;
}

TEST(Status, ANodesDetailIsWhatItTells) {
  const Reply limits = fields({"min-replicas-to-write", "1", "min-replicas-max-lag", "2"});
  const NodeDetail detail =
      node_detail(text("redis_version:8.0.2\r\nuptime_in_seconds:100\r\nrole:slave\r\n"
                       "master_last_io_seconds_ago:3\r\nmaster_link_down_since_seconds:4\r\n"
                       "min_slaves_good_slaves:1\r\nrdb_last_save_time:1960\r\n"),
                  limits, fields({"2000", "5"}));
  EXPECT_EQ(detail.version, "8.0.2");
  EXPECT_EQ(detail.up, 100s);
  EXPECT_EQ(detail.heard, 3s);
  EXPECT_EQ(detail.cut_for, 4s);
  EXPECT_EQ(detail.good_replicas, 1);
  EXPECT_EQ(detail.limits, (MinReplicas{1, 2}));
  EXPECT_EQ(detail.saved, 40s);
  const NodeDetail bare =
      node_detail(text("redis_version:7.2.4\r\nvalkey_version:9.0.1\r\nuptime_in_seconds:100\r\n"
                       "rdb_last_save_time:1900\r\nmaster_last_io_seconds_ago:-1\r\n"
                       "master_link_down_since_seconds:1795000000\r\n"),
                  {}, fields({"2000", "5"}));
  EXPECT_EQ(bare.version, "9.0.1");
  EXPECT_FALSE(bare.limits || bare.heard || bare.cut_for || bare.good_replicas);
  EXPECT_FALSE(bare.saved) << "that is the start";
  EXPECT_TRUE(decode<NodeStatus>(encode(NodeStatus{replica(b, a), detail})));
  EXPECT_TRUE(decode<NodeStatus>(encode(NodeStatus{silent(b), {}})));
}

TEST(Status, ASentinelsDetailIsWhatItTells) {
  const Reply master =
      fields({"ip", "10.0.0.1", "port", "6379", "role-reported", "master", "role-reported-time",
              "5000", "failover-timeout", "180000", "parallel-syncs", "1", "s-down-time", "700",
              "failover-state", "wait_start"});
  Reply replicas{Reply::Kind::list, "", 0, {}};
  replicas.items = {fields({"ip", "10.0.0.2", "port", "6379"}),
                    fields({"ip", "10.0.0.3", "port", "6379", "s-down-time", "9"}),
                    fields({"ip", "bad host", "port", "6379", "s-down-time", "9"})};
  const SentinelDetail detail =
      sentinel_detail(master, {}, replicas, text("uptime_in_seconds:9\r\n"));
  EXPECT_EQ(detail.up, 9s);
  EXPECT_EQ(detail.named_for, 5s);
  EXPECT_EQ(detail.failover_timeout, 180s);
  EXPECT_EQ(detail.parallel_syncs, 1);
  EXPECT_EQ(detail.failover_state, "wait_start");
  ASSERT_EQ(detail.missed.size(), 2U);
  EXPECT_EQ(detail.missed[0].at, a);
  EXPECT_EQ(detail.missed[0].since, 700ms);
  EXPECT_EQ(detail.missed[1].at, c);
  EXPECT_TRUE(decode<SentinelStatus>(encode(SentinelStatus{names(a, 0), detail})));
  const Reply slave = fields({"role-reported", "slave", "role-reported-time", "5000"});
  EXPECT_FALSE(sentinel_detail(slave, {}, {}, {}).named_for) << "it is a replica by its own word";
}

}  // namespace
}  // namespace dkr
