#include "dkr/core/view/group_view.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "dkr/core/base/codec.hpp"
#include "dkr/core/decide/sentinel_master.hpp"
#include "dkr/core/view/group_format.hpp"

namespace dkr {
namespace {

using Kind = Reply::Kind;

Reply text(const std::string& value) {
  return {Kind::text, value, 0, {}};
}

Reply error(const std::string& value) {
  return {Kind::error, value, 0, {}};
}

Reply fields(const std::vector<std::string>& words) {
  Reply list{Kind::list, "", 0, {}};
  for (const std::string& word : words) {
    list.items.push_back(text(word));
  }
  return list;
}

Reply list_of(std::vector<Reply> items) {
  return {Kind::list, "", 0, std::move(items)};
}

const Endpoint at{"10.0.0.9", 26379};
const Reply master =
    fields({"name", "redis", "ip", "10.0.0.1", "port", "6379", "flags", "master,o_down",
            "config-epoch", "7", "quorum", "2", "down-after-milliseconds", "5000"});
const Reply who = fields({"10.0.0.1", "6379"});
const Reply calm = text("# Sentinel\r\nsentinel_tilt:0\r\nsentinel_tilt_since_seconds:-1\r\n");
const Reply others = list_of({fields({"ip", "10.0.0.8", "port", "26379", "runid", "bb", "flags",
                                      "sentinel", "voted-leader-epoch", "9"})});
const Reply replicas =
    list_of({fields({"ip", "10.0.0.2", "port", "6380", "flags", "slave,s_down"})});

TEST(ServerFlags, AreWholeWords) {
  const ServerFlags all = ServerFlags("s_down,o_down,master,disconnected,failover_in_progress");
  EXPECT_TRUE(all.s_down && all.o_down && all.down() && all.disconnected);
  EXPECT_TRUE(all.failover_in_progress);
  EXPECT_EQ(all.text, "s_down,o_down,master,disconnected,failover_in_progress");
  EXPECT_TRUE(ServerFlags("s_down").down() && ServerFlags("slave,o_down").down());
  for (const char* other : {"", "master", "sentinel,master_down", "master,force_failover",
                            "s_downs,no_down", "failover", "failover_in_progress2", "not s_down"}) {
    const ServerFlags flags = ServerFlags(other);
    EXPECT_FALSE(flags.down() || flags.failover_in_progress || flags.disconnected) << other;
  }
}

TEST(SentinelView, IsWhatTheAnswersSay) {
  const SentinelView view = sentinel_view(at, {master, others, replicas, text("aa"), who, calm});
  EXPECT_FALSE(view.failure);
  EXPECT_TRUE(view.knows_group);
  EXPECT_FALSE(view.tilt);
  EXPECT_EQ(view.id, "aa");
  EXPECT_EQ(view.master, (Endpoint{"10.0.0.1", 6379}));
  EXPECT_EQ(view.flags.text, "master,o_down");
  EXPECT_EQ(view.config_epoch, 7U);
  EXPECT_EQ(view.newest_epoch, 9U);
  EXPECT_EQ(view.quorum, 2);
  EXPECT_EQ(view.down_after, std::chrono::milliseconds(5000));
  ASSERT_EQ(view.sentinels.size(), 1U);
  EXPECT_EQ(view.sentinels[0].at, (Endpoint{"10.0.0.8", 26379}));
  EXPECT_EQ(view.sentinels[0].id, "bb");
  ASSERT_EQ(view.replicas.size(), 1U);
  EXPECT_EQ(view.replicas[0].at, (Endpoint{"10.0.0.2", 6380}));
}

TEST(SentinelView, NamesThePromotedReplicaBeforeTheFailoverEnds) {
  const SentinelView view =
      sentinel_view(at, {master, others, replicas, text("aa"), fields({"10.0.0.2", "6380"}), calm});
  EXPECT_EQ(view.master, (Endpoint{"10.0.0.2", 6380}));
  EXPECT_EQ(view.flags.text, "master") << "those of the one before";
}

TEST(SentinelView, AnOddNameForTheMasterDoesNotCount) {
  const SentinelView view =
      sentinel_view(at, {master, others, replicas, text("aa"), fields({"bad host", "6380"}), calm});
  EXPECT_TRUE(view.knows_group);
  EXPECT_EQ(view.master, (Endpoint{"10.0.0.1", 6379}));
}

TEST(SentinelView, KnowsThatItOnlyObserves) {
  const Reply tilt = text("# Sentinel\r\nsentinel_masters:1\r\nsentinel_tilt:1\r\n");
  EXPECT_TRUE(sentinel_view(at, {master, others, replicas, text("aa"), who, tilt}).tilt);
  EXPECT_FALSE(sentinel_view(at, {master, others, replicas, text("aa"), who, error("x")}).tilt);
}

TEST(SentinelView, AQuorumThatCannotBeCountsAsNone) {
  const Reply odd = fields({"ip", "10.0.0.1", "port", "6379", "quorum", "2147483648"});
  EXPECT_EQ(sentinel_view(at, {odd, others, replicas, text("aa"), who, calm}).quorum, 0);
}

TEST(SentinelView, AnUnknownGroupIsNoFailure) {
  const Reply no = error("ERR No such master with that name");
  const SentinelView view = sentinel_view(at, {no, no, no, text("aa"), who, calm});
  EXPECT_FALSE(view.failure);
  EXPECT_FALSE(view.knows_group);
}

TEST(SentinelView, AnythingElseIs) {
  const Reply no_auth = error("NOAUTH Authentication required.");
  const auto refusal =
      sentinel_view(at, {no_auth, no_auth, no_auth, no_auth, no_auth, no_auth}).failure;
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->text, no_auth.text);
  EXPECT_EQ(refusal->kind, Failure::Kind::refused_by_server);
  // A data node at the address of a sentinel, and a master without an address.
  const Reply unknown = error("ERR unknown command 'SENTINEL'");
  EXPECT_EQ(sentinel_view(at, {unknown, unknown, unknown, unknown, unknown, unknown}).failure->text,
            unknown.text);
  const Reply odd = fields({"ip", "bad host", "port", "1"});
  for (const Reply& answer : {Reply{}, text("x"), fields({}), odd}) {
    const SentinelView view = sentinel_view(at, {answer, others, replicas, text("aa"), who, calm});
    ASSERT_TRUE(view.failure);
    EXPECT_EQ(view.failure->text, "an answer of an unknown form");
    EXPECT_EQ(view.failure->kind, Failure::Kind::silent);
    EXPECT_FALSE(view.knows_group);
  }
  EXPECT_EQ(sentinel_view(at, {master}).failure->text, "no answer");
  // Before 6.2 there is no MYID.
  EXPECT_EQ(sentinel_view(at, {master, others, replicas, error("ERR Unknown"), who, calm}).id, "");
}

TEST(SentinelView, WhatHasOtherThanHexDigitsIsNoIdentity) {
  for (const char* odd : {"-", "AA", "aa bb", "0x1"}) {
    const SentinelView view = sentinel_view(at, {master, others, replicas, text(odd), who, calm});
    EXPECT_TRUE(view.knows_group);
    EXPECT_EQ(view.id, "") << odd;
    // A new sentinel is told of it by a child.
    EXPECT_TRUE(decode<MonitorSeed>(encode(seed_of({"10.0.0.1", 6379}, {{view}, {}}, "")))) << odd;
  }
}

TEST(NodeView, IsWhatInfoSays) {
  const NodeView node = node_view(
      at,
      text("# Persistence\r\nloading:1\r\n# Replication\r\nrole:slave\r\nmaster_host:m\r\n"
           "master_port:7\r\nmaster_link_status:up\r\nslave_priority:50\r\nconnected_slaves:2\r\n"
           "master_replid:abc\r\nmaster_replid2:def\r\nmaster_repl_offset:99\r\n"
           "slave0:ip=10.0.0.7,port=6380,state=online,offset=5,lag=0\r\n"
           "slave1:ip=10.0.0.8,port=6380,state=wait_bgsave,offset=0,lag=0\r\n"
           "aof_rewrite_in_progress:0\r\naof_current_size:70\r\naof_buffer_length:5\r\n"
           "rdb_changes_since_last_save:9\r\n"
           "# Keyspace\r\ndb0:keys=12,expires=1\r\ndb3:keys=3,expires=0\r\n"));
  EXPECT_FALSE(node.failure);
  EXPECT_EQ(node.role, NodeView::Role::replica);
  EXPECT_TRUE(node.loading);
  EXPECT_EQ(node.master, (Endpoint{"m", 7}));
  EXPECT_TRUE(node.link_up);
  EXPECT_EQ(node.priority, 50);
  EXPECT_EQ(node.linked_replicas, 2);
  EXPECT_EQ(node.keys, 15);
  EXPECT_EQ(node.replication_id, "abc");
  EXPECT_EQ(node.former_id, "def");
  EXPECT_EQ(node.offset, 99);
  EXPECT_EQ(node.replicas, (std::vector<Endpoint>{{"10.0.0.7", 6380}}));
  EXPECT_EQ(node.aof_size, 75);
  EXPECT_FALSE(node.aof_rewrite);
  EXPECT_FALSE(node.aof_waits);
  EXPECT_EQ(node.changes, 9);

  const NodeView empty = node_view(at, text("role:master\r\nloading:0\r\nconnected_slaves:x\r\n"));
  EXPECT_EQ(empty.role, NodeView::Role::master);
  EXPECT_EQ(empty.changes, -1);
  EXPECT_FALSE(empty.loading || empty.keys != 0 || empty.linked_replicas != 0);
  EXPECT_EQ(empty.master, Endpoint{});
  EXPECT_EQ(empty.aof_size, -1);
}

TEST(NodeView, KnowsHowFarADataNodeIs) {
  const auto view = [](const std::string& more) {
    return node_view(at, text("role:slave\r\nmaster_host:m\r\nmaster_port:7\r\n" + more));
  };
  EXPECT_EQ(view("loading:1\r\nloading_loaded_perc:45.67\r\n").loaded_percent, 45);
  EXPECT_EQ(view("loading:1\r\nloading_loaded_perc:1e9\r\n").loaded_percent, 0);
  EXPECT_TRUE(view("master_sync_in_progress:1\r\n").synchronizing);
  EXPECT_FALSE(view("master_sync_in_progress:0\r\n").synchronizing);
  EXPECT_TRUE(view("master_link_status:up\r\n").was_linked);
  EXPECT_TRUE(view("master_link_down_since_seconds:0\r\n").was_linked);
  EXPECT_TRUE(view("master_link_down_since_seconds:86400\r\n").was_linked);
  EXPECT_FALSE(view("master_link_down_since_seconds:-1\r\n").was_linked);
  EXPECT_FALSE(view("master_link_down_since_seconds:1795000000\r\n").was_linked) << "6.0";
  EXPECT_FALSE(view("").was_linked);
  EXPECT_EQ(view("master_replid2:" + std::string(40, '0') + "\r\n").former_id, "");
}

TEST(NodeView, CountsThatCannotBeStayCounts) {
  const std::string most = "9223372036854775807";
  const NodeView node =
      node_view(at, text("role:master\r\nconnected_slaves:2147483648\r\naof_current_size:" + most +
                         "\r\naof_buffer_length:" + most + "\r\ndb0:keys=" + most +
                         ",expires=0\r\ndb1:keys=" + most + ",expires=0\r\n"));
  EXPECT_EQ(node.linked_replicas, 0);
  EXPECT_EQ(std::to_string(node.aof_size), most);
  EXPECT_EQ(std::to_string(node.keys), most);
}

TEST(NodeView, AnythingElseIsAFailure) {
  // An error is the server's word, in whatever letters.
  for (const char* why : {"NOAUTH", "ERR no", "upstream failure"}) {
    const auto failure = node_view(at, error(why)).failure;
    ASSERT_TRUE(failure);
    EXPECT_EQ(failure->text, why);
    EXPECT_EQ(failure->kind, Failure::Kind::refused_by_server) << why;
  }
  const auto failure = node_view(at, text("redis_mode:sentinel\r\n")).failure;
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->text, "an answer of an unknown form");
  EXPECT_EQ(failure->kind, Failure::Kind::silent);
}

TEST(GroupView, AServerIsItsRunIdWhereverItWasMet) {
  NodeView mine;
  mine.at = {"10.9.9.9", 6379};
  mine.run_id = "r1";
  NodeView other = mine;
  other.at = {"10.9.9.8", 6379};
  other.run_id = "r2";
  NodeView silent;
  silent.at = {"10.9.9.7", 6379};
  NodeView again = mine;
  again.at = {"redis", 7000};
  const GroupView all{{}, {mine, other, silent, again}};

  GroupView view = all;
  EXPECT_EQ(take_self(view, "r1"), (std::vector<Endpoint>{mine.at, again.at}));
  ASSERT_EQ(view.nodes.size(), 2U);
  EXPECT_EQ(view.nodes[0].at, other.at);
  view = all;
  EXPECT_TRUE(take_self(view, "").empty()) << "who has none is nobody in particular";
  EXPECT_EQ(view.nodes.size(), 4U);
  EXPECT_TRUE(take_self(view, "r3").empty());
}

TEST(GroupView, KnowsWhomItHasNotAsked) {
  GroupView view;
  view.sentinels.push_back(sentinel_view(at, {master, others, replicas, text("aa"), who, calm}));
  view.nodes.push_back(node_view({"10.0.0.3", 6379}, text("role:slave\r\nmaster_host:10.0.0.4\r\n"
                                                          "master_port:6379\r\n")));
  const Unasked some = unasked(view, false);
  EXPECT_EQ(some.sentinels, (std::vector<Endpoint>{{"10.0.0.8", 26379}}));
  EXPECT_EQ(some.nodes, (std::vector<Endpoint>{{"10.0.0.1", 6379}, {"10.0.0.4", 6379}}));
  EXPECT_EQ(unasked(view, true).nodes.size(), 3U);

  // The same sentinel under another address, and nodes that were asked.
  view.sentinels.emplace_back().id = "bb";
  view.nodes.push_back(node_view({"10.0.0.1", 6379}, error("x")));
  EXPECT_TRUE(unasked(view, false).sentinels.empty());
  EXPECT_EQ(unasked(view, false).nodes.size(), 1U);
}

TEST(NodeView, KnowsWhatTheNodeAnnounces) {
  const auto announced = [](const char* host, const char* port) {
    return announced_in(fields({"replica-announce-ip", host, "replica-announce-port", port}), 6379);
  };
  EXPECT_EQ(announced("redis-0.redis", "7000"), (Endpoint{"redis-0.redis", 7000}));
  EXPECT_EQ(announced("redis-0.redis", "0"), (Endpoint{"redis-0.redis", 6379}));
  EXPECT_EQ(announced("", "7000"), Endpoint{});
  EXPECT_EQ(announced("a b", "0"), Endpoint{});
  EXPECT_EQ(announced_in(error("NOPERM"), 6379), Endpoint{});
}

TEST(GroupView, IsToldToPeopleAndPrograms) {
  GroupView view;
  EXPECT_EQ(describe(view), "nobody to ask: no sentinel, master or peers are set\n");
  EXPECT_EQ(to_json(view), R"({"sentinels":[],"nodes":[],)"
                           R"("votes":{"known":0,"answering":0,"needed":1,"suffice":false,)"
                           R"("gone":[]}})");
  view.sentinels.push_back(sentinel_view(at, {master, others, replicas, text("aa"), who, calm}));
  view.nodes.push_back(node_view({"10.0.0.1", 6379}, error("it said \"no\"")));
  EXPECT_EQ(describe(view),
            "sentinel  10.0.0.9:26379  names 10.0.0.1:6379 (master,o_down), epoch 7, quorum 2, "
            "knows 1 other sentinel and 1 replica\n"
            "node      10.0.0.1:6379  it said \"no\"\n"
            "votes     1 of 2 known sentinels answer, a failover needs 2; gone: 10.0.0.8:26379; "
            "no failover is possible\n");
  EXPECT_EQ(
      to_json(view),
      R"({"sentinels":[{"address":"10.0.0.9:26379","id":"aa","knows_group":true,)"
      R"("master":"10.0.0.1:6379","flags":"master,o_down","config_epoch":7,"quorum":2,"paused_until":null,)"
      R"("sentinels":[{"address":"10.0.0.8:26379","flags":"sentinel","id":"bb"}],)"
      R"("replicas":[{"address":"10.0.0.2:6380","flags":"slave,s_down","id":""}]}],)"
      R"("nodes":[{"address":"10.0.0.1:6379","failure":"it said \"no\""}],)"
      R"("votes":{"known":2,"answering":1,"needed":2,"suffice":false,)"
      R"("gone":["10.0.0.8:26379"]}})");
}

TEST(GroupView, ListsAServerOnceByItsName) {
  const Endpoint name{"redis-0.redis", 6379};
  GroupView view;
  NodeView node = node_view(name, text("role:master\r\nrun_id:aa\r\nconnected_slaves:1\r\n"));
  node.announced = name;
  view.nodes.push_back(node);
  node.at = {"10.0.0.1", 6379};
  view.nodes.push_back(node);
  node.at = {"10.0.0.1", 6380};
  node.run_id = "bb";
  node.announced = {};
  view.nodes.push_back(node);
  EXPECT_EQ(describe(view),
            "node      redis-0.redis:6379 (10.0.0.1:6379)  master, 1 linked replica, offset 0, no "
            "keys\n"
            "node      10.0.0.1:6380  master, 1 linked replica, offset 0, no keys\n");
  EXPECT_TRUE(to_json(view).find(R"({"address":"10.0.0.1:6379","name":"redis-0.redis:6379",)") !=
              std::string::npos);
  EXPECT_EQ(to_json(view).find("redis-0", to_json(view).find("redis-0") + 1), std::string::npos);

  const Reply named = list_of({fields({"ip", "sentinel-0", "port", "26379", "runid", "cc"})});
  view = {};
  view.sentinels.push_back(sentinel_view(at, {master, named, replicas, text("aa"), who, calm}));
  view.sentinels.push_back(sentinel_view(
      {"10.0.0.8", 26379}, {master, list_of({}), list_of({}), text("cc"), who, calm}));
  EXPECT_NE(describe(view).find("\nsentinel  sentinel-0:26379 (10.0.0.8:26379)  names"),
            std::string::npos);
  EXPECT_NE(describe(view).find(", knows 0 other sentinels and 0 replicas\n"), std::string::npos);
}

}  // namespace
}  // namespace dkr
