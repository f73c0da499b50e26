// Whose data a start waits for: those that may have more, and what it remembers of them.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "dkr/core/base/timing.hpp"
#include "dkr/core/decide/start_role.hpp"
#include "dkr/core/node/node_data.hpp"
#include "start_role_rows.hpp"
#include "views.hpp"

namespace dkr {
namespace {

using enum RoleCase::Kind;
using std::chrono::milliseconds;
using Action = RoleAction;

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

}  // namespace
}  // namespace dkr
