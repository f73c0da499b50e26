// What a probe is answered, and why.

#include "dkr/core/health/probe.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "dkr/core/health/health_view.hpp"
#include "views.hpp"

namespace dkr {
namespace {

using namespace std::chrono_literals;
using Kind = HealthView::Kind;
using Role = NodeView::Role;

constexpr TimePoint now = TimePoint{} + 100h;

/// A server that has just answered.
HealthView heard(const NodeView& node) {
  HealthView view;
  view.kind = Kind::node;
  view.alive = now - 1s;
  view.heard = now - 1s;
  view.node = node;
  return view;
}

HealthView silent_for(HealthView view, std::chrono::milliseconds time) {
  view.heard = now - time;
  view.alive = now - time;
  return view;
}

HealthView refusing(const std::string& failure) {
  HealthView view = heard({});
  view.heard.reset();
  view.failure = failure;
  view.objects = is_objection({Failure::Kind::refused_by_server, failure});
  return view;
}

/// It was so some time ago, and has said nothing since.
HealthView refused_before(HealthView view, std::chrono::milliseconds time) {
  view.alive = now - time;
  return view;
}

/// A member, as these sentinels see it; those know three in all.
HealthView member(const NodeView& node, const std::vector<SentinelView>& sentinels) {
  HealthView view = heard(node);
  view.group = "redis";
  view.standing = standing_of({name(a), {}}, {sentinels, {}}, {me});
  view.standing.looked = true;
  return view;
}

HealthView closed(HealthView view) {
  view.gate = Gate::closed;
  view.gate_reason = "a sentinel fails over";
  return view;
}

HealthView refusing_writes(HealthView view) {
  view.refuses_writes = true;
  return view;
}

HealthView new_to_its_group(HealthView view) {
  view.standing = {};
  return view;
}

NodeView was_linked(NodeView view) {
  view.was_linked = true;
  return view;
}

NodeView synchronizing(NodeView view) {
  view.synchronizing = true;
  return view;
}

NodeView in_step(NodeView view) {
  return was_linked(linked(std::move(view)));
}

std::vector<SentinelView> down(std::vector<SentinelView> sentinels) {
  for (SentinelView& sentinel : sentinels) {
    sentinel.flags = ServerFlags("master,s_down");
  }
  return sentinels;
}

std::vector<SentinelView> silent(std::vector<SentinelView> sentinels) {
  for (SentinelView& sentinel : sentinels) {
    sentinel.silence = 3s;
  }
  return sentinels;
}

HealthView with_lag(HealthView view, std::optional<long long> lag) {
  view.lag = lag;
  return view;
}

MonitoredGroup group(bool up, bool votes) {
  return {"redis", a, up, votes, votes ? "OK 3 usable Sentinels" : "NOQUORUM 1 usable", 2, 3, 2};
}

HealthView sentinel_of(std::vector<MonitoredGroup> groups) {
  HealthView view = heard({});
  view.kind = Kind::sentinel;
  view.groups = std::move(groups);
  return view;
}

HealthView waiting() {
  HealthView view;
  view.group = "redis";
  return view;
}

struct Row {
  HealthView view;
  bool live;
  bool started;
  bool ready;
  std::string reason;  ///< of the readiness
};

TEST(Probe, JudgesEverySituation) {
  const NodeView own_master = master(a);
  const NodeView own_replica = in_step(replica(a, b));
  const std::vector<Row> rows{
      // No server yet.
      {waiting(), true, false, false, "waits for its role in group redis"},
      // What it says matters only while it says it.
      {heard(own_master), true, true, true, "an independent master"},
      {refusing("NOAUTH Authentication required."), true, true, false,
       "the server: NOAUTH Authentication required."},
      {refusing("WRONGPASS invalid"), true, true, false, "the server: WRONGPASS invalid"},
      {refusing("NOPERM no permissions"), true, true, false, "the server: NOPERM no permissions"},
      {refusing("BUSY a script"), true, false, false, "the server: BUSY a script"},
      {refusing("ERR max number of clients reached"), true, true, false,
       "the server: ERR max number of clients reached"},
      {refusing("LOADING the dataset"), true, false, false, "the server: LOADING the dataset"},
      {refused_before(refusing("NOAUTH"), 6s), true, false, false, "the server: NOAUTH"},
      {silent_for(heard(own_master), 4999ms), true, true, true, "an independent master"},
      {silent_for(heard(own_master), 5s), true, false, false,
       "the server has not answered for 5 s"},
      {silent_for(heard(own_master), 29999ms), true, false, false,
       "the server has not answered for 29 s"},
      {silent_for(heard(own_master), 30s), false, false, false,
       "the server has not answered for 30 s"},
      {heard(loading(own_master)), true, false, false, "the server loads its data, 0 %"},
      // A master.
      {closed(heard(own_master)), true, true, false,
       "a master that refuses writes: a sentinel fails over"},
      {refusing_writes(heard(own_master)), true, true, false,
       "a master that refuses writes: its min-replicas limits let none in"},
      {member(own_master, name(a)), true, true, true, "the master in group redis"},
      {closed(member(own_master, name(a))), true, true, false,
       "a master that refuses writes: a sentinel fails over"},
      {new_to_its_group(member(own_master, {})), true, true, false,
       "a master that has not looked at its group yet"},
      {member(own_master, {}), true, true, true, "the master in group redis; no sentinel answers"},
      {member(own_master, name(b)), true, true, false,
       "a master, but the sentinels name 10.0.0.2:6379"},
      {member(own_master, name(a, 1)), true, true, true, "the master in group redis"},
      {member(own_master, name(b, 1)), true, true, false,
       "a master that the sentinels do not name"},
      {member(own_master, {names(a, 0), names(b, 1)}), true, true, false,
       "a master that the sentinels do not name"},
      {member(own_master, {names(a, 0, 2), names(b, 1), names(b, 2)}), true, true, true,
       "the master in group redis"},
      // A replica.
      {heard(own_replica), true, true, true, "a replica of 10.0.0.2:6379"},
      {heard(replica(a, b)), true, true, false,
       "a replica that has not had the data of 10.0.0.2:6379"},
      {heard(synchronizing(replica(a, b))), true, true, false,
       "a replica that gets its first data from 10.0.0.2:6379"},
      {heard(was_linked(replica(a, b))), true, true, true,
       "a replica of 10.0.0.2:6379; its link is down, and no master lives"},
      {member(own_replica, name(b)), true, true, true, "a replica of 10.0.0.2:6379 in group redis"},
      {member(was_linked(replica(a, b)), name(b)), true, true, false,
       "a replica without a link to 10.0.0.2:6379"},
      {member(was_linked(replica(a, b)), down(name(b))), true, true, true,
       "a replica of 10.0.0.2:6379 in group redis; its link is down, and no master lives"},
      {member(was_linked(replica(a, b)), silent(name(b))), true, true, true,
       "a replica of 10.0.0.2:6379 in group redis; its link is down, and no master lives"},
      {member(was_linked(replica(a, b)), name(b, 1)), true, true, true,
       "a replica of 10.0.0.2:6379 in group redis; its link is down, and no master lives"},
      // A sentinel.
      {sentinel_of({}), true, true, false, "a sentinel that monitors no group"},
      {sentinel_of({group(true, true)}), true, true, true, "a sentinel of 1 group"},
      {sentinel_of({group(false, true)}), true, true, true,
       "a sentinel; group redis, master 10.0.0.1:6379 is down: OK 3 usable Sentinels"},
      {sentinel_of({group(true, true), group(true, false)}), true, true, true,
       "a sentinel; group redis, master 10.0.0.1:6379: NOQUORUM 1 usable"},
      {silent_for(sentinel_of({group(true, true)}), 6s), true, false, false,
       "the server has not answered for 6 s"},
  };
  for (const Row& row : rows) {
    const Verdict ready = judge_probe({Probe::ready}, row.view, now);
    EXPECT_EQ(ready.line, row.reason);
    EXPECT_EQ(ready.good, row.ready) << row.reason;
    EXPECT_EQ(judge_probe({Probe::started}, row.view, now).good, row.started) << row.reason;
    EXPECT_EQ(judge_probe({Probe::live}, row.view, now).good, row.live) << row.reason;
  }
}

TEST(Probe, AsksForARole) {
  const HealthView a_master = heard(master(a));
  const HealthView a_replica = heard(in_step(replica(a, b)));
  const HealthView a_sentinel = sentinel_of({group(true, true)});
  const ProbeQuery for_master{Probe::ready, Kind::node, Role::master};
  const ProbeQuery for_replica{Probe::ready, Kind::node, Role::replica};
  const ProbeQuery for_sentinel{Probe::ready, Kind::sentinel};
  EXPECT_TRUE(judge_probe(for_master, a_master, now).good);
  EXPECT_FALSE(judge_probe(for_master, a_replica, now).good);
  EXPECT_FALSE(judge_probe(for_master, a_sentinel, now).good);
  EXPECT_FALSE(judge_probe(for_master, waiting(), now).good);
  EXPECT_FALSE(judge_probe(for_master, closed(a_master), now).good);
  EXPECT_FALSE(judge_probe(for_replica, a_master, now).good);
  EXPECT_TRUE(judge_probe(for_replica, a_replica, now).good);
  EXPECT_FALSE(judge_probe(for_sentinel, a_master, now).good);
  EXPECT_TRUE(judge_probe(for_sentinel, a_sentinel, now).good);
  EXPECT_FALSE(judge_probe(for_sentinel, waiting(), now).good);
  EXPECT_FALSE(judge_probe({Probe::live, {}, Role::replica}, a_master, now).good);
  EXPECT_EQ(judge_probe(for_replica, a_master, now).line, "a master");
}

TEST(Probe, HoldsAReplicaToItsLag) {
  ProbeQuery wish{Probe::ready};
  wish.max_lag = 100;
  const HealthView view = heard(in_step(replica(a, b)));
  EXPECT_TRUE(judge_probe(wish, with_lag(view, 100), now).good);
  EXPECT_EQ(judge_probe(wish, with_lag(view, 101), now).line, "a replica with a lag of 101 bytes");
  EXPECT_FALSE(judge_probe(wish, with_lag(view, 101), now).good);
  EXPECT_FALSE(judge_probe(wish, view, now).good);
  EXPECT_TRUE(judge_probe({Probe::ready}, with_lag(view, 101), now).good);
  EXPECT_TRUE(judge_probe(wish, heard(was_linked(replica(a, b))), now).good);
}

TEST(Probe, HoldsASentinelToItsQuorum) {
  ProbeQuery wish{Probe::ready, Kind::sentinel};
  wish.quorum = true;
  EXPECT_TRUE(judge_probe(wish, sentinel_of({group(true, true)}), now).good);
  EXPECT_FALSE(judge_probe(wish, sentinel_of({group(false, true)}), now).good);
  EXPECT_FALSE(judge_probe(wish, sentinel_of({group(true, true), group(true, false)}), now).good);
}

TEST(Probe, SaysWhyNothingWasAnswered) {
  HealthView view = refusing("no answer in time");
  view.alive = {};
  const Verdict once = judge_probe({Probe::live}, view, now);
  EXPECT_FALSE(once.good);
  EXPECT_EQ(once.line, "the server: no answer in time");
  EXPECT_EQ(judge_probe({Probe::live}, silent_for(view, 31s), now).line,
            "the server has neither answered nor shown progress for 31 s");
}

TEST(Probe, ReadsWhatASentinelMonitors) {
  const auto text = [](const std::string& word) { return Reply{Reply::Kind::text, word, 0, {}}; };
  Reply fields{Reply::Kind::list, "", 0, {}};
  for (const char* word :
       {"name", "cache", "ip", "10.0.0.1", "port", "6379", "flags", "master,o_down", "num-slaves",
        "2", "num-other-sentinels", "4", "quorum", "3"}) {
    fields.items.push_back(text(word));
  }
  auto groups = monitored_groups({Reply::Kind::list, "", 0, {fields}});
  ASSERT_EQ(groups.size(), 1U);
  EXPECT_EQ(groups[0].name, "cache");
  EXPECT_EQ(to_string(groups[0].master), "10.0.0.1:6379");
  EXPECT_FALSE(groups[0].master_up);
  EXPECT_EQ(groups[0].replicas, 2);
  EXPECT_EQ(groups[0].sentinels, 5);
  EXPECT_EQ(groups[0].quorum, 3);
  take_votes(groups[0], text("OK 5 usable Sentinels."));
  EXPECT_TRUE(groups[0].can_fail_over);
  take_votes(groups[0], {Reply::Kind::error, "NOQUORUM 1 usable Sentinels.", 0, {}});
  EXPECT_FALSE(groups[0].can_fail_over);
}

}  // namespace
}  // namespace dkr
