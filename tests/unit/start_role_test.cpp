// Which role a data node starts in: every row of the decision, and what must never happen.

#include "dkr/core/decide/start_role.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "dkr/core/base/timing.hpp"
#include "dkr/core/node/node_data.hpp"
#include "start_role_rows.hpp"
#include "views.hpp"

namespace dkr {
namespace {

using enum RoleCase::Kind;
using std::chrono::milliseconds;
using Action = RoleAction;
using Role = NodeData::Role;

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
       {name(b), {silent(b), replica(c, b)}},
       Action::be_replica,
       named_master_silent,
       b,
       milliseconds(5000)},
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
      {"the named one follows this master",
       was_master,
       {name(b), {replica(b, me)}},
       Action::as_it_is,
       all_follow},
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
  expect({{"mirror guard", was_replica, view, Action::be_closed_master, named_is_empty, b},
          {"nothing to lose", fresh, view, Action::be_replica, named_master_lives, b}});
  Settings accepting = usual();
  accepting.accept_data_loss.value = true;
  expect({{"accepted", was_replica, view, Action::be_replica, named_master_lives, b}}, accepting);
}

TEST(Role, ANamedMasterServesWhatNoReplicaHasMoreOf) {
  NodeView successor = node(c, NodeView::Role::replica, me, 120, true, "new");
  successor.former_id = "h";
  const milliseconds minute{60000};
  expect({
      {"as much",
       was_master,
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
       minute + returning_master_grace},
      {"emptied, and a stranger among the peers has keys",
       emptied_master,
       {name(me), {master(b, 5, true, "other")}},
       Action::be_replica,
       named_but_replaced,
       b},
      {"another was promoted, and not all know it",
       old_master,
       {name(me), {master(b)}},
       Action::be_replica,
       named_but_replaced,
       b},
      {"a former master lives, and a replica has gone on from there",
       emptied_master,
       {name(me), {master(b, 90), successor}},
       Action::promote,
       named_but_older,
       c},
      {"a former master has less",
       was_master,
       {name(me), {master(b, 90)}},
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
  auto replacing = name(me);
  replacing.back().flags = ServerFlags("master,s_down,o_down,failover_in_progress");
  auto missing = name(me);
  missing.back().flags = ServerFlags("master,s_down");
  expect({{"it may be being replaced",
           old_master,
           {replacing, {replica(b, me)}},
           Action::be_closed_master,
           failing_over,
           replacing.back().at,
           milliseconds(3000)},
          {"a sentinel has not reached it",
           old_master,
           {missing, {replica(b, me)}},
           Action::be_closed_master,
           missed,
           missing.back().at}},
         accepting);
}

TEST(Role, ForeignDataIsLeftAlone) {
  const GroupView view{name(b), {master(b)}};
  expect({
      {"another history", stranger, view, Action::as_it_is, foreign_data, b},
      {"another group's",
       {Role::master, true, {"", -1}, "other"},
       view,
       Action::as_it_is,
       foreign_data,
       b},
      {"the group's by history",
       {Role::master, true, {"h", 1}, ""},
       view,
       Action::be_replica,
       named_master_lives,
       b},
      {"the group's by the note",
       {Role::master, true, {"", -1}, "redis"},
       view,
       Action::be_replica,
       named_master_lives,
       b},
      {"a replica's",
       {Role::replica, true, {"", -1}, ""},
       view,
       Action::be_replica,
       named_master_lives,
       b},
      {"the sentinels name it", stranger, {name(me), {}}, Action::be_master, named_and_fresh},
      {"they name it, and a replica has the group's",
       stranger,
       {name(me), {replica(b, me)}},
       Action::promote,
       named_but_older,
       b},
      {"they list it as a replica",
       stranger,
       {listing(me, name(b)), {master(b)}},
       Action::be_replica,
       named_master_lives,
       b},
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
       other_master_lives,
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
      {"one of them has more",
       old_master,
       {{}, {replica(b, me), replica(c, me)}},
       Action::wait,
       replica_has_more,
       b},
      {"which is to be the master",
       old_master,
       {{}, {replica(b, me), replica(c, me)}},
       Action::be_replica,
       replica_has_more,
       b,
       enough},
      {"an empty node may not be the first",
       fresh,
       {{}, {replica(b, me)}},
       Action::be_replica,
       replica_has_more,
       b,
       enough,
       {},
       {me, b}},
      {"one does not", was_master, {{}, {replica(b, me), silent(c)}}, Action::wait, nobody_named},
      {"nobody else is known", was_master, {}, Action::as_it_is, no_other_node},
      {"long enough",
       was_master,
       {{}, {silent(b)}},
       Action::be_closed_master,
       nobody_named,
       nobody,
       enough},
  });
}

TEST(RoleDecision, IsALineThatSaysWhatIsDoneAndWhy) {
  EXPECT_EQ(describe({Action::be_replica, {named_master_lives, b}}),
            "starts as a replica of 10.0.0.2:6379: the sentinels name 10.0.0.2:6379, which is a "
            "master");
  EXPECT_EQ(describe({Action::be_closed_master, {missed, b}}),
            "starts as a master closed to writes: the sentinels name this node, but sentinel "
            "10.0.0.2:6379 has not reached it for too long and may replace it");
}

TEST(RoleCase, EveryKindHasANameAndASentenceOfItsOwn) {
  std::set<std::string_view> names;
  std::set<std::string_view> sentences;
  for (const RoleCaseText& text : role_case_texts()) {
    names.insert(text.name);
    sentences.insert(text.sentence);
    EXPECT_EQ(name_of(text.kind), text.name);
  }
  EXPECT_EQ(names.size(), role_case_texts().size());
  EXPECT_EQ(sentences.size(), role_case_texts().size());
  EXPECT_FALSE(names.contains("") || sentences.contains(""));
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
}

}  // namespace
}  // namespace dkr