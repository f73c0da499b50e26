// Which role a data node starts in: every row of the decision, and what must never happen.

#include "dkr/core/role.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "dkr/core/monitor.hpp"

namespace dkr {
namespace {

using enum RoleReason;
using std::chrono::milliseconds;
using Action = RoleAction;
using Role = LocalData::Role;

const Endpoint me{"10.0.0.1", 6379};
const Endpoint b{"10.0.0.2", 6379};
const Endpoint c{"10.0.0.3", 6379};
const Endpoint nobody{};

/// So many sentinels that name a master, of three.
std::vector<SentinelView> name(const Endpoint& master, std::size_t count = 3) {
  const std::vector<std::string> ids{"1a", "2b", "3c"};
  std::vector<SentinelView> all;
  for (std::size_t i = 0; i < count; ++i) {
    SentinelView view;
    view.at = {"10.1.0." + std::to_string(i), 26379};
    view.knows_group = true;
    view.id = ids[i];
    view.master = master;
    for (std::size_t other = 0; other < ids.size(); ++other) {
      if (other != i) {
        view.sentinels.push_back({{"10.1.0." + std::to_string(other), 26379}, ids[other], ""});
      }
    }
    all.push_back(view);
  }
  return all;
}

NodeView node(const Endpoint& at, NodeView::Role role, const Endpoint& master = {},
              long long offset = 0, bool keys = true, const std::string& history = "h") {
  NodeView view;
  view.at = at;
  view.role = role;
  view.master = master;
  view.offset = offset;
  view.has_keys = keys;
  view.replication_id = history;
  return view;
}

NodeView master(const Endpoint& at, long long offset = 100, bool keys = true,
                const std::string& history = "h") {
  return node(at, NodeView::Role::master, {}, offset, keys, history);
}

NodeView replica(const Endpoint& at, const Endpoint& of, long long offset = 100, bool keys = true) {
  return node(at, NodeView::Role::replica, of, offset, keys);
}

NodeView silent(const Endpoint& at) {
  return node(at, NodeView::Role::unknown, {}, 0, false, "");
}

NodeView loading(NodeView view) {
  view.loading = true;
  return view;
}

const LocalData fresh{Role::none, false, "", -1, ""};
const LocalData was_master{Role::master, true, "h", 100, "redis"};
const LocalData old_master{Role::master, true, "h", 50, "redis"};
const LocalData unsure_master{Role::master, true, "", -1, "redis"};
const LocalData emptied_master{Role::master, false, "", -1, "redis"};
const LocalData was_replica{Role::replica, true, "h", 100, "redis"};
const LocalData stranger{Role::master, true, "other", 7, ""};

struct Row {
  std::string what;
  LocalData local;
  GroupView view;
  Action action;
  RoleReason reason;
  Endpoint server = nobody;
  milliseconds waited{0};
  std::vector<Endpoint> set_master = {};
  std::vector<Endpoint> peers = {};
};

Settings usual() {
  return parse_settings({}, "/")->settings;
}

void expect(const std::vector<Row>& rows, const Settings& settings = usual()) {
  for (const Row& row : rows) {
    const RoleDecision decision =
        decide_role(settings, row.local, row.view, {{me}, row.set_master, row.peers, row.waited});
    EXPECT_EQ(decision.action, row.action) << row.what;
    EXPECT_EQ(decision.reason, row.reason) << row.what << ": " << describe(decision);
    EXPECT_EQ(decision.server, row.server) << row.what;
  }
}

TEST(Role, AStaleMasterNeverServesOneWrite) {
  expect({
      {"another is named and a master",
       was_master,
       {name(b), {master(b)}},
       Action::be_replica,
       named_master_lives,
       b},
      {"by two of three",
       was_master,
       {name(b, 2), {master(b)}},
       Action::be_replica,
       named_master_lives,
       b},
      {"another is named and loads",
       was_master,
       {name(b), {loading(master(b, 0, false))}},
       Action::be_replica,
       named_master_lives,
       b},
      {"another is named and silent",
       was_master,
       {name(b), {silent(b)}},
       Action::be_replica,
       named_master_silent,
       b},
      {"the first start", fresh, {name(b), {master(b)}}, Action::be_replica, named_master_lives, b},
  });
}

TEST(Role, NeverALoopOfReplicas) {
  expect({
      {"the named one follows a live master",
       was_replica,
       {name(b), {replica(b, c), master(c)}},
       Action::be_replica,
       named_leads_to_master,
       c},
      {"the named one follows this node",
       was_replica,
       {name(b), {replica(b, me)}},
       Action::wait,
       named_is_replica,
       b},
      {"two replicas follow each other",
       was_replica,
       {name(b), {replica(b, c), replica(c, b)}},
       Action::wait,
       named_is_replica,
       b},
  });
}

TEST(Role, AnEmptyMasterDoesNotWipeThisNode) {
  const GroupView view{name(b), {master(b, 0, false, "new")}};
  expect({{"mirror guard", was_replica, view, Action::wait, named_is_empty, b},
          {"nothing to lose", fresh, view, Action::be_replica, named_master_lives, b}});
  Settings accepting = usual();
  accepting.accept_data_loss.value = true;
  expect({{"accepted", was_replica, view, Action::be_replica, named_master_lives, b}}, accepting);
}

TEST(Role, ANamedMasterServesWhatNoReplicaHasMoreOf) {
  const milliseconds minute{60000};
  expect({
      {"as much",
       was_master,
       {name(me), {replica(b, me, 100)}},
       Action::be_master,
       named_and_fresh},
      {"unknown: nobody demonstrably has more",
       unsure_master,
       {name(me), {replica(b, me, 100)}},
       Action::be_master,
       named_and_fresh},
      {"data, and all silent",
       was_master,
       {name(me), {silent(b)}},
       Action::be_master,
       named_and_fresh},
      {"promoted while it was away",
       was_replica,
       {name(me), {silent(b)}},
       Action::be_master,
       named_and_fresh},
      {"an old copy",
       old_master,
       {name(me), {replica(b, me, 100), replica(c, me, 90)}},
       Action::promote,
       named_but_older,
       b},
      {"emptied",
       emptied_master,
       {name(me), {replica(b, me)}},
       Action::promote,
       named_but_older,
       b},
      {"a new volume", fresh, {name(me), {replica(b, me)}}, Action::promote, named_but_older, b},
      {"emptied, and a peer loads",
       emptied_master,
       {name(me), {loading(replica(b, me, 0, false))}},
       Action::wait,
       named_but_empty,
       b},
      {"emptied, and a peer is slow",
       emptied_master,
       {name(me), {silent(b)}},
       Action::wait,
       named_but_empty,
       b},
      {"but not for ever",
       emptied_master,
       {name(me), {silent(b)}},
       Action::be_master,
       named_and_fresh,
       nobody,
       minute},
      {"emptied, and a stranger among the peers has keys",
       emptied_master,
       {name(me), {master(b, 5, true, "other")}},
       Action::be_master,
       named_and_fresh},
      {"emptied, and so are all",
       emptied_master,
       {name(me), {replica(b, me, 0, false)}},
       Action::be_master,
       named_and_fresh},
  });
  Settings accepting = usual();
  accepting.accept_data_loss.value = true;
  expect({{"a restored backup",
           old_master,
           {name(me), {replica(b, me)}},
           Action::be_master,
           loss_accepted}},
         accepting);
}

TEST(Role, ForeignDataIsLeftAlone) {
  const GroupView view{name(b), {master(b)}};
  expect({
      {"another history", stranger, view, Action::as_it_is, foreign_data},
      {"another group's",
       {Role::master, true, "", -1, "other"},
       view,
       Action::as_it_is,
       foreign_data},
      {"the group's by history",
       {Role::master, true, "h", 1, ""},
       view,
       Action::be_replica,
       named_master_lives,
       b},
      {"the group's by the note",
       {Role::master, true, "", -1, "redis"},
       view,
       Action::be_replica,
       named_master_lives,
       b},
      {"a replica's",
       {Role::replica, true, "", -1, ""},
       view,
       Action::be_replica,
       named_master_lives,
       b},
      {"the sentinels name it", stranger, {name(me), {}}, Action::be_master, named_and_fresh},
  });
  Settings force = usual();
  force.join_force.value = true;
  expect({{"forced", stranger, view, Action::be_replica, named_master_lives, b}}, force);
}

TEST(Role, WhenNobodyIsNamed) {
  const milliseconds enough{10000};
  expect({
      {"a replica stays one", was_replica, {{}, {silent(b)}}, Action::as_it_is, kept_replica},
      {"one of three sentinels names nobody",
       was_replica,
       {name(b, 1), {master(b)}},
       Action::as_it_is,
       kept_replica},
      {"a newer master",
       was_master,
       {{}, {master(b, 200)}},
       Action::be_replica,
       newer_master_lives,
       b},
      {"an older master is not followed",
       was_master,
       {{}, {master(b, 99)}},
       Action::wait,
       nobody_named},
      {"all follow",
       was_master,
       {{}, {replica(b, me), replica(c, me)}},
       Action::as_it_is,
       all_follow},
      {"one does not", was_master, {{}, {replica(b, me), silent(c)}}, Action::wait, nobody_named},
      {"nobody else is known", was_master, {}, Action::as_it_is, no_other_node},
      {"long enough",
       was_master,
       {{}, {silent(b)}},
       Action::as_it_is,
       waited_enough,
       nobody,
       enough},
  });
}

TEST(Role, AtTheFirstStart) {
  const milliseconds settled{2000};
  const std::vector<Endpoint> peers{me, b, c};
  const std::vector<Endpoint> later{b, me, c};
  const Endpoint unknown{"redis-0", 6379};
  expect({
      {"nobody else", fresh, {}, Action::be_master, alone},
      {"REDIS_MASTER_HOST is me", fresh, {}, Action::be_master, set_master_is_me, nobody, {}, {me}},
      {"REDIS_MASTER_HOST is another",
       fresh,
       {{}, {silent(b)}},
       Action::be_replica,
       follows_set_master,
       b,
       {},
       {b}},
      {"through it",
       fresh,
       {{}, {replica(b, c), master(c)}},
       Action::be_replica,
       joins_live_master,
       c,
       {},
       {b}},
      {"its name is unknown",
       fresh,
       {{}, {silent(unknown)}},
       Action::wait,
       set_master_unknown,
       unknown,
       settled,
       {unknown}},
      {"a live master",
       fresh,
       {{}, {master(b), silent(c)}},
       Action::be_replica,
       joins_live_master,
       b,
       {},
       {},
       peers},
      {"the first peer looks around",
       fresh,
       {{}, {silent(b), silent(c)}},
       Action::wait,
       nobody_named,
       nobody,
       {},
       {},
       peers},
      {"then it is the master",
       fresh,
       {{}, {silent(b), silent(c)}},
       Action::be_master,
       first_peer,
       nobody,
       settled,
       {},
       peers},
      {"the others wait",
       fresh,
       {{}, {silent(b), silent(c)}},
       Action::wait,
       not_first_peer,
       b,
       settled,
       {},
       later},
      {"however long",
       fresh,
       {{}, {silent(b), silent(c)}},
       Action::wait,
       not_first_peer,
       b,
       milliseconds(3600000),
       {},
       later},
  });
}

/// A node of any kind at one of the other endpoints.
NodeView random_node(std::mt19937& random, const Endpoint& at) {
  const auto pick = [&](int most) {
    return static_cast<int>(random() % static_cast<unsigned>(most));
  };
  NodeView view = node(at, static_cast<NodeView::Role>(pick(3)), pick(2) == 0 ? me : c,
                       pick(3) * 50, pick(2) == 0, pick(3) == 0 ? "new" : "h");
  view.loading = pick(4) == 0;
  return view;
}

TEST(Role, WhateverIsFoundTheseNeverHappen) {
  std::mt19937 random(20261124);
  const auto pick = [&](int most) {
    return static_cast<int>(random() % static_cast<unsigned>(most));
  };
  const std::vector<LocalData> locals{fresh,          was_master,  old_master, unsure_master,
                                      emptied_master, was_replica, stranger};
  for (int i = 0; i < 200'000; ++i) {
    GroupView view;
    if (pick(4) != 0) {
      view.sentinels = name(pick(2) == 0 ? me : b, static_cast<std::size_t>(pick(4)));
    }
    for (const Endpoint& at : {b, c}) {
      if (pick(4) != 0) {
        view.nodes.push_back(random_node(random, at));
      }
    }
    const LocalData& local =
        locals[static_cast<std::size_t>(pick(static_cast<int>(locals.size())))];
    const RoleDecision decision =
        decide_role(usual(), local, view, {{me}, {}, {me, b, c}, milliseconds(pick(3) * 40000)});
    const auto named = named_by_majority(view);
    const bool serves = decision.action == Action::be_master;
    for (const NodeView& other : view.nodes) {
      const bool alive = other.role != NodeView::Role::unknown;
      const bool more =
          other.role == NodeView::Role::replica &&
          (local.has_data ? local.offset >= 0 && other.replication_id == local.replication_id &&
                                other.offset > local.offset
                          : other.has_keys);
      ASSERT_FALSE(serves && named == me && more) << i << ": master while another has more";
      ASSERT_FALSE(serves && other.at == named && other.role == NodeView::Role::master)
          << i << ": master beside the named one";
      const bool wipes = decision.action == Action::be_replica && decision.server == other.at &&
                         alive && local.has_data && !other.has_keys && !other.loading &&
                         other.replication_id != local.replication_id && named == other.at;
      ASSERT_FALSE(wipes && decision.reason == named_master_lives) << i << ": wiped";
    }
    ASSERT_FALSE(decision.action == Action::be_replica && decision.server == me) << i;
    ASSERT_FALSE(local.group.empty() && local.has_data && named && named != me &&
                 decision.action == Action::be_replica && decision.server.host.empty())
        << i;
  }
}

TEST(RoleDecision, ComesBackFromItsLine) {
  for (const RoleDecision& decision : {RoleDecision{Action::be_replica, named_master_lives, b},
                                       RoleDecision{Action::as_it_is, alone, {}},
                                       RoleDecision{Action::promote, alone, {"h", 1}}}) {
    const auto back = parse_role_decision(to_line(decision));
    ASSERT_TRUE(back);
    EXPECT_EQ(to_line(*back), to_line(decision));
  }
  for (const char* bad : {"", "master", "king 1", "master 99", "replica 1 h", "replica 1 h 0",
                          "replica 1 h;x 1", "replica 1 h 1 2"}) {
    EXPECT_FALSE(parse_role_decision(bad)) << bad;
  }
  for (int reason = 0; reason <= static_cast<int>(alone); ++reason) {
    EXPECT_FALSE(describe({Action::wait, static_cast<RoleReason>(reason), b}).empty()) << reason;
  }
}

TEST(Membership, IsAskedForOrRemembered) {
  Settings settings = usual();
  EXPECT_FALSE(is_member(settings, ""));
  EXPECT_TRUE(is_member(settings, "redis"));
  settings.group.given = true;
  EXPECT_TRUE(is_member(settings, ""));
  settings.group.given = false;
  settings.sentinel_hosts = {{{"s", 1}}, false};
  EXPECT_FALSE(is_member(settings, "")) << "only told by Kubernetes";
  settings.sentinel_hosts.given = true;
  EXPECT_TRUE(is_member(settings, ""));
  EXPECT_EQ(group_of_note(state_note("g")), "g");
  EXPECT_EQ(group_of_note(""), "");
}

}  // namespace
}  // namespace dkr
