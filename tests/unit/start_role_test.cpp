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

TEST(Role, WhoMayLackTheEndOfItsDataGivesTheOthersTheirTime) {
  NodeData cut_short = was_master;
  cut_short.ends_early = true;
  NodeData killed = was_master;
  killed.saved = killed.noted = killed.reach;
  NodeData saved = killed;
  saved.noted.offset = 99;
  const GroupView others{{}, {silent(b)}};
  const auto row = [&](const std::string& what, const NodeData& local, RoleAction action,
                       milliseconds waited) {
    return RoleRow{what, local, others, action, nobody_named, nobody, waited};
  };
  const milliseconds enough{10000};
  const milliseconds peer_wait = usual().peer_wait.value;
  expect({
      row("power was lost", cut_short, Action::wait, peer_wait - milliseconds(1)),
      row("for long enough", cut_short, Action::be_closed_master, peer_wait),
      row("the server was killed without an AOF", killed, Action::wait, enough),
      row("it was told to end", saved, Action::be_closed_master, enough),
      row("its data is gone", emptied_master, Action::wait, enough),
      row("it has all", was_master, Action::be_closed_master, enough),
  });
}

TEST(Role, ANodeThatHasShownMoreIsWaitedForOrFollowed) {
  const milliseconds seen{20000};
  const milliseconds limit = seen + usual().peer_wait.value + returning_master_grace;
  const auto row = [&](const std::string& what, const NodeView& other, RoleAction action,
                       RoleCase::Kind kind, const Endpoint& about, milliseconds waited) {
    RoleRow made{what, was_master, {name(me), {other}}, action, kind, about, waited};
    made.learned = {{}, b, seen, {}, false};
    return made;
  };
  const NodeView successor = master(b, 0, false, "new");
  expect({
      row("it hangs", silent(b), Action::wait, named_but_empty, b, limit - milliseconds(1)),
      row("for long", silent(b), Action::be_master, named_and_fresh, nobody, limit),
      row("it serves now", successor, Action::be_replica, named_but_replaced, b, seen),
      row("another is silent", silent(c), Action::be_master, named_and_fresh, nobody, limit),
  });
}

TEST(Role, ABackupHasItsTimeFromWhenItIsSeen) {
  const milliseconds seen{30000};
  NodeView backup = replica(b, me);
  backup.priority = 0;
  const auto row = [&](const std::string& what, RoleAction action, RoleCase::Kind kind,
                       const Endpoint& about, milliseconds waited) {
    RoleRow made{what, old_master, {name(me), {backup}}, action, kind, about, waited};
    made.learned = {{}, b, waited, seen, true};
    return made;
  };
  const milliseconds limit = seen + backup_patience(usual());
  expect({
      row("it may take over", Action::wait, named_but_older, b, limit - milliseconds(1)),
      row("it does not", Action::be_master, named_and_fresh, nobody, limit),
  });
}

TEST(Role, AStartRemembersWhoHadMore) {
  const Settings settings = usual();
  const auto learned = [&](const GroupView& view, milliseconds waited, const StartMemory& before) {
    const RoleInputs inputs{{me}, {}, {}, waited};
    return learn(before, {settings, old_master, view, inputs});
  };
  const StartMemory once = learned({{}, {replica(b, me)}}, milliseconds(5), {});
  EXPECT_EQ(once.ahead, b);
  EXPECT_EQ(once.ahead_at, milliseconds(5));
  const StartMemory later = learned({name(me), {silent(b)}}, milliseconds(9), once);
  EXPECT_EQ(later.ahead, b);
  EXPECT_EQ(later.ahead_at, milliseconds(5));
  EXPECT_EQ(later.hidden, milliseconds(9)) << "a sentinel knows the group";
  const StartMemory still = learned({{}, {replica(b, me)}}, milliseconds(7), once);
  EXPECT_EQ(still.ahead_since, milliseconds(5));
  const StartMemory again = learned({{}, {replica(b, me)}}, milliseconds(11), later);
  EXPECT_EQ(again.ahead_since, milliseconds(11)) << "it was silent in between";
}

TEST(Role, AnEmptyNodeIsNoMasterBesideAGroupThatItCannotSee) {
  Settings member = usual();
  member.sentinel_hosts.given = true;
  const std::vector<Endpoint> peers{me, b, c};
  const milliseconds settled{2000};
  const milliseconds at_last = member.peer_wait.value;
  const auto failed_sentinel = [](const Failure& why) {
    return GroupView{{unanswered<SentinelView>(sentinel_at(0), why)}, {silent(b)}};
  };
  const GroupView mute = failed_sentinel(too_late());
  const GroupView waiting =
      failed_sentinel({Failure::Kind::refused_connection, "connection refused"});
  const GroupView answering{{unanswered<SentinelView>(sentinel_at(0), too_late()), SentinelView{}},
                            {silent(b)}};
  const GroupView knowing{name(me, 1), {silent(b)}};
  const auto row = [&](const std::string& what, const GroupView& view, RoleAction action,
                       milliseconds waited) {
    return RoleRow{what, fresh, view, action, first_peer, nobody, waited, {}, peers};
  };
  expect(
      {
          row("silent sentinels", mute, Action::wait, settled),
          row("for long", mute, Action::be_closed_master, at_last),
          row("one waits for a master itself", waiting, Action::wait, settled - milliseconds(1)),
          row("and settles", waiting, Action::be_closed_master, settled),
          {"it was silent before",
           fresh,
           waiting,
           Action::wait,
           first_peer,
           nobody,
           milliseconds(6999),
           {},
           peers,
           AfterEnd::leave,
           {milliseconds(5000), {}, {}, {}, false}},
          row("one answers, and knows no group", answering, Action::be_closed_master, settled),
          row("one knows the group", knowing, Action::wait, settled),
          row("for long", knowing, Action::be_closed_master, at_last),
          {"without peers it is on its own",
           fresh,
           {mute.sentinels, {}},
           Action::be_master,
           alone,
           nobody,
           settled},
      },
      member);
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
       other_master_lives,
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
       other_master_lives,
       b,
       {},
       {},
       peers},
      {"the first peer looks around",
       fresh,
       {{}, {silent(b), silent(c)}},
       Action::wait,
       first_peer,
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