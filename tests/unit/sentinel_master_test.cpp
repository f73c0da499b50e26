// Whom a sentinel monitors: every row of the decision, and every wait.

#include "dkr/core/decide/sentinel_master.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "dkr/core/base/timing.hpp"
#include "dkr/core/conf/wanted_conf.hpp"
#include "dkr/core/view/votes.hpp"
#include "views.hpp"

namespace dkr {
namespace {

using enum MasterReason;

/// A master without keys, of a history of its own; and one with keys.
NodeView empty(const Endpoint& at) {
  return master(at, 0, false, to_string(at));
}

NodeView filled(const Endpoint& at) {
  return master(at, 0, true, to_string(at));
}

NodeView with(int replicas, NodeView view) {
  view.linked_replicas = replicas;
  return view;
}

NodeView gone_on_from(const NodeView& other, NodeView view) {
  view.former_id = other.replication_id;
  return view;
}

struct Row {
  std::string what;
  GroupView view;
  std::optional<Endpoint> chosen;
  MasterReason reason;
  std::vector<Endpoint> set_master = {};
  bool in_grace_period = false;
};

void expect(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    const MasterChoice choice = choose_master(row.view, {row.set_master, row.in_grace_period});
    EXPECT_EQ(choice.master, row.chosen) << row.what;
    EXPECT_EQ(choice.reason, row.reason) << row.what << ": " << describe(choice);
  }
}

TEST(Monitor, WhenOneThatKnowsItsMasterBegins) {
  const auto node = [](std::optional<Failure::Kind> kind) {
    return kind ? unanswered<NodeView>(a, {*kind, ""}) : empty(a);
  };
  const auto sentinel = [](std::optional<Failure::Kind> kind) {
    return kind ? unanswered<SentinelView>(sentinel_at(1), {*kind, ""}) : names(a, 1);
  };
  using enum Failure::Kind;
  EXPECT_FALSE(may_begin({}, 0ms)) << "no name has an address";
  EXPECT_TRUE(may_begin({}, returning_host_grace));
  for (const auto& [kind, master_is_there, sentinel_is_there] :
       std::vector<std::tuple<std::optional<Failure::Kind>, bool, bool>>{
           {std::nullopt, true, true},
           {silent, false, false},
           {unresolved, false, false},
           {refused_connection, true, false},
           {refused_by_server, true, true}}) {
    EXPECT_EQ(may_begin({{}, {node(kind)}}, 0ms), master_is_there);
    EXPECT_EQ(may_begin({{sentinel(kind)}, {node(silent)}}, 0ms), sentinel_is_there);
  }
}

TEST(Monitor, WhomTheSentinelsName) {
  expect({
      {"all three",
       {{names(a, 0), names(a, 1), names(a, 2)}, {empty(a)}},
       a,
       sentinels_name,
       {},
       true},
      {"not REDIS_MASTER_HOST",
       {{names(b, 0), names(b, 1)}, {with(2, empty(a)), empty(b)}},
       b,
       sentinels_name,
       {a},
       true},
      {"the majority, though another has a newer epoch",
       {{names(a, 0), names(a, 1), names(b, 2, 9)}, {empty(a), empty(b)}},
       a,
       sentinels_name},
      {"no majority: the newer epoch",
       {{names(a, 0, 1), names(b, 1, 2)}, {empty(a), empty(b)}},
       b,
       sentinels_name},
      {"no majority, one epoch",
       {{names(a, 0), names(b, 1)}, {empty(a), empty(b)}},
       {},
       sentinels_differ},
      {"one sentinel reached twice has one vote",
       {{names(b, 0), names(b, 0), names(a, 1, 2)}, {empty(a), empty(b)}},
       a,
       sentinels_name},
      {"a master that loads is alive",
       {{names(a, 0, 1, 1)}, {loading(empty(a))}},
       a,
       sentinels_name,
       {},
       true},
      {"all name one that is silent",
       {{names(a, 0), names(a, 1)}, {silent(a), with(1, empty(b))}},
       a,
       all_name,
       {},
       true},
      {"nobody could ask it", {{names(a, 0, 1, 1)}, {}}, a, all_name},
      {"one of three names a silent one",
       {{names(a, 0)}, {silent(a)}},
       {},
       few_sentinels,
       {},
       true},
      {"and the others stay away", {{names(a, 0)}, {silent(a)}}, a, all_name},
      {"a sentinel that does not know the group has no vote",
       {{names(a, 0), SentinelView{}}, {empty(a)}},
       a,
       sentinels_name},
      {"a minority is not believed at first",
       {{names(a, 0)}, {empty(a)}},
       {},
       few_sentinels,
       {},
       true},
      {"but when the others stay away", {{names(a, 0)}, {empty(a)}}, a, sentinels_name},
  });
}

TEST(Monitor, NoAnswerIsNoChoice) {
  expect({
      {"the named one is silent, and one names another",
       {{names(a, 0), names(a, 1), names(b, 2)}, {silent(a), with(1, empty(b))}},
       {},
       named_is_silent,
       {},
       false},
      {"the named one is a replica",
       {{names(a, 0, 1, 1)}, {replica(a, b), empty(b)}},
       {},
       named_is_replica},
      {"nobody at all", {}, {}, nobody_answers},
      {"all silent", {{}, {silent(a), silent(b)}}, {}, nobody_answers},
      {"only replicas", {{}, {replica(a, b), silent(b)}}, {}, no_master},
  });
}

SentinelView failing(Failure::Kind kind) {
  return unanswered<SentinelView>({"10.1.0.9", 26379}, {kind, "why"});
}

TEST(Monitor, ASentinelThatMayKnowBetterIsWaitedFor) {
  const SentinelView no_auth = failing(Failure::Kind::refused_by_server);
  const SentinelView silent_one = failing(Failure::Kind::silent);
  expect({
      {"it refuses", {{no_auth}, {with(1, empty(a))}}, {}, sentinel_refuses, {a}},
      {"it is silent", {{silent_one}, {with(1, empty(a))}}, {}, sentinel_is_silent, {a}, true},
      {"but not for ever", {{silent_one}, {with(1, empty(a))}}, a, only_master, {a}},
      {"nobody is there",
       {{failing(Failure::Kind::refused_connection)}, {with(1, empty(a))}},
       a,
       only_master,
       {a},
       true},
      {"nor has its name an address",
       {{failing(Failure::Kind::unresolved)}, {with(1, empty(a))}},
       a,
       only_master,
       {a},
       true},
      {"others know the group",
       {{no_auth, names(b, 0, 1, 1)}, {empty(a), empty(b)}},
       b,
       sentinels_name,
       {a},
       true},
  });
}

TEST(Monitor, TheOneLiveMaster) {
  expect({
      {"REDIS_MASTER_HOST", {{}, {empty(a)}}, a, only_master, {a}, true},
      {"through a replica", {{}, {replica(a, b), with(1, empty(b))}}, b, only_master, {a}, true},
      {"silent peers do not matter when it has replicas",
       {{}, {silent(a), with(1, empty(b))}},
       b,
       only_master,
       {a},
       true},
      {"they do when it has none", {{}, {silent(a), empty(b)}}, {}, peers_are_silent, {a}, true},
      {"but not for ever", {{}, {silent(a), empty(b)}}, b, only_master, {a}},
      {"a replica of a silent master knows better",
       {{}, {empty(a), replica(c, b), silent(b)}},
       {},
       follows_another,
       {a}},
      {"a sentinel without the group changes nothing",
       {{SentinelView{}}, {empty(a)}},
       a,
       only_master,
       {},
       true},
  });
}

TEST(Monitor, SeveralMasters) {
  expect({
      {"the one with linked replicas",
       {{}, {filled(a), with(1, empty(b))}},
       b,
       master_with_replicas,
       {a},
       true},
      {"the one with more",
       {{}, {with(1, empty(a)), with(2, empty(b))}},
       b,
       master_with_replicas,
       {a}},
      {"the one with keys", {{}, {empty(a), filled(b)}}, b, freshest_master, {a}},
      {"one history: the greater offset",
       {{}, {master(a, 5), master(b, 6)}},
       b,
       freshest_master,
       {a}},
      {"one has gone on from the other, which is REDIS_MASTER_HOST",
       {{}, {filled(a), gone_on_from(filled(a), filled(b))}},
       b,
       freshest_master,
       {a}},
      {"two histories: REDIS_MASTER_HOST", {{}, {filled(a), filled(b)}}, b, set_master, {b}},
      {"two histories, and nobody says which", {{}, {filled(a), filled(b)}}, {}, several_masters},
      {"first start: REDIS_MASTER_HOST", {{}, {empty(a), empty(b)}}, b, set_master, {b}},
      {"first start: the first peer", {{}, {empty(c), empty(a), empty(b)}}, a, first_peer},
      {"a peer that starts slowly is waited for",
       {{}, {silent(a), empty(c), empty(b)}},
       {},
       peers_are_silent,
       {},
       true},
      {"with replicas on both sides: REDIS_MASTER_HOST",
       {{}, {with(1, filled(a)), with(1, filled(b))}},
       a,
       set_master,
       {a}},
  });
}

TEST(Monitor, EveryReasonIsALine) {
  for (int reason = 0; reason <= static_cast<int>(several_masters); ++reason) {
    EXPECT_FALSE(describe({std::nullopt, static_cast<MasterReason>(reason), a}).empty()) << reason;
  }
}

TEST(MonitorSeed, TakesTheEpochsOfThoseWhoNameIt) {
  const GroupView view{{names(a, 0, 3), names(a, 1, 4), names(b, 2, 9)}, {}};
  const MonitorSeed seed = seed_of(a, view, "ff");
  EXPECT_EQ(seed.master, a);
  EXPECT_EQ(seed.config_epoch, 4U);
  EXPECT_EQ(seed.current_epoch, 9U);
  EXPECT_EQ(seed.myid, "ff");
  EXPECT_EQ(seed_of(a, view, ids[2]).myid, "") << "another sentinel has that identity";
  EXPECT_EQ(seed_of(a, {}, "ff").current_epoch, 0U);
}

TEST(MonitorSeed, TakesOverWhatASilentMasterCannotTell) {
  GroupView view{{names(a, 0), names(a, 1)}, {silent(a)}};
  const auto replica_of = [](const Endpoint& at, const char* flags) {
    return KnownServer{at, "", ServerFlags(flags)};
  };
  view.sentinels[0].replicas = {replica_of(b, "slave"), replica_of(me, "slave")};
  view.sentinels[1].replicas = {replica_of(b, "slave,s_down"), replica_of(c, "slave,disconnected"),
                                replica_of({"redis-2", 6379}, "slave")};
  const MonitorSeed seed = seed_of(a, view, ids[1]);
  EXPECT_EQ(seed.replicas, std::vector<Endpoint>{b}) << "alive, and no name beside an address";
  ASSERT_EQ(seed.sentinels.size(), 1U) << "not itself, nor those that do not answer";
  EXPECT_EQ(seed.sentinels[0].at, sentinel_at(0));
  EXPECT_EQ(seed.sentinels[0].id, ids[0]);
  view.nodes = {master(a)};
  EXPECT_TRUE(seed_of(a, view, "ff").replicas.empty()) << "a master that lives tells it";
  EXPECT_TRUE(seed_of(a, view, "ff").sentinels.empty());
}

TEST(Identity, ComesOnlyFromWhatOthersReachItBy) {
  Settings settings = parse_settings({}, "/")->settings;
  EXPECT_EQ(identity_basis(settings), "") << "several containers may have one host name";
  settings.sentinel_port = {7, true};
  EXPECT_EQ(identity_basis(settings), "");
  settings.announce_host = {"s.example", true};
  EXPECT_EQ(identity_basis(settings), "s.example:7");
  settings.announce_port = {8, true};
  EXPECT_EQ(identity_basis(settings), "s.example:8");
}

TEST(Votes, OfSentinelsThatAreGoneAreNeededAllTheSame) {
  const auto votes = [](std::size_t answering, std::size_t known, int quorum) {
    GroupView view;
    for (std::size_t which = 0; which < answering; ++which) {
      view.sentinels.push_back(names(a, which, 1, known));
      view.sentinels.back().quorum = quorum;
    }
    return votes_of(view);
  };
  struct VotesRow {
    std::size_t answering;
    std::size_t known;
    int quorum;
    std::size_t needed;
  };
  for (const VotesRow& row : std::vector<VotesRow>{{3, 3, 2, 2},
                                                   {3, 5, 2, 3},
                                                   {3, 6, 2, 4},
                                                   {3, 8, 2, 5},
                                                   {3, 3, 3, 3},
                                                   {2, 3, 3, 3},
                                                   {1, 1, 1, 1}}) {
    const Votes seen = votes(row.answering, row.known, row.quorum);
    EXPECT_EQ(seen.known, row.known);
    EXPECT_EQ(seen.answering, row.answering);
    EXPECT_EQ(seen.needed, row.needed);
    EXPECT_EQ(seen.gone.size(), row.known - row.answering);
    EXPECT_EQ(seen.suffice(), row.answering >= row.needed);
  }
  EXPECT_EQ(votes(2, 3, 2).gone, std::vector<Endpoint>{sentinel_at(2)});
  EXPECT_FALSE(votes_of({}).suffice());
}

}  // namespace
}  // namespace dkr
