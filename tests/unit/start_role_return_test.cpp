// Which role a data node starts in that comes back: to a group that misses it, after a crash,
// beside a master that comes back too.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "dkr/core/decide/start_role.hpp"
#include "start_role_rows.hpp"
#include "views.hpp"

namespace dkr {
namespace {

using enum RoleCase::Kind;
using std::chrono::milliseconds;
using Action = RoleAction;

TEST(Role, AReplicaDoesNotRunBeforeAMasterThatIsComingBack) {
  const milliseconds enough{5000};
  auto missing = name(b);
  missing.front().flags = ServerFlags("s_down,master");
  expect({
      {"it does not answer yet",
       was_replica,
       {name(b), {silent(b)}},
       Action::wait,
       named_master_silent,
       b},
      {"nobody has asked it", was_replica, {name(b), {}}, Action::wait, named_master_silent, b},
      {"one sentinel still misses it",
       was_replica,
       {missing, {master(b)}},
       Action::wait,
       named_master_returns,
       b},
      {"for long",
       was_replica,
       {missing, {master(b)}},
       Action::be_replica,
       named_master_lives,
       b,
       enough},
      {"it is there",
       was_replica,
       {name(b), {master(b)}},
       Action::be_replica,
       named_master_lives,
       b},
  });
}

/// Sentinels that name this node, know a replica, and the last one holds flags.
std::vector<SentinelView> seeing(const std::string& flags) {
  auto all = name(me);
  for (SentinelView& sentinel : all) {
    sentinel.replicas = {{b, "", ServerFlags("slave"), 100}};
  }
  all.back().flags = ServerFlags(flags);
  return all;
}

TEST(Role, NobodyIsPromotedWhileASentinelFailsOver) {
  for (const char* flags : {"s_down,o_down,master", "master,failover_in_progress"}) {
    const GroupView view{seeing(flags), {replica(b, me, 900)}};
    expect(
        {{flags, was_master, view, Action::wait, failing_over, sentinel_at(2), milliseconds(2999)},
         {flags, was_master, view, Action::promote, named_but_older, b, milliseconds(3000)}});
  }
}

TEST(Role, AMasterThatMayBeBeingReplacedStartsClosed) {
  const Endpoint sentinel = sentinel_at(2);
  for (const char* flags : {"s_down,o_down,master", "master,failover_in_progress,force_failover"}) {
    expect({{flags,
             was_master,
             {seeing(flags), {replica(b, me)}},
             Action::be_closed_master,
             failing_over,
             sentinel}});
  }
  expect({{"down for one of them",
           was_master,
           {seeing("s_down,master"), {replica(b, me)}},
           Action::be_closed_master,
           missed,
           sentinel}});
  GroupView quiet{seeing("master"), {replica(b, me)}};
  SentinelView& last = quiet.sentinels.back();
  last.down_after = milliseconds(5000);
  last.silence = milliseconds(2501);
  expect(
      {{"silent for half of that", was_master, quiet, Action::be_closed_master, missed, sentinel}});
  last.silence = milliseconds(2500);
  expect({{"back soon", was_master, quiet, Action::be_master, named_and_fresh}});
  last.down_after = milliseconds(1000);
  last.silence = milliseconds(1500);
  expect({{"a ping a second", was_master, quiet, Action::be_master, named_and_fresh}});
  last.master = b;
  last.config_epoch = 2;
  expect({{"replaced, and only one knows yet", was_master, quiet, Action::be_closed_master,
           failing_over, sentinel}});
  last.config_epoch = 1;
  expect({{"an old word", was_master, quiet, Action::be_master, named_and_fresh}});
}

TEST(Role, ACrashedMasterIsReplacedOrServesAgainNeverBoth) {
  const milliseconds enough{3000};
  const Endpoint sentinel = sentinel_at(2);
  const GroupView calm{seeing("master"), {replica(b, me)}};
  const GroupView down{seeing("s_down,master"), {replica(b, me)}};
  const GroupView failing{seeing("master,failover_in_progress"), {replica(b, me)}};
  const GroupView hanging{seeing("master"), {silent(b)}};
  const auto row = [](const char* what, const GroupView& view, AfterEnd after_end, Action action,
                      RoleCase::Kind kind, const Endpoint& server, milliseconds waited) {
    return RoleRow{what, was_master, view, action, kind, server, waited, {}, {}, after_end};
  };
  using enum AfterEnd;
  constexpr milliseconds none{0};
  expect({
      row("in place", calm, restart, Action::be_master, named_and_fresh, nobody, none),
      row("in place, but down", down, restart, Action::promote, crashed, b, none),
      row("down, and nobody can", {down.sentinels, {silent(b)}}, restart, Action::be_closed_master,
          missed, sentinel, none),
      row("a failover", calm, failover, Action::promote, crashed, b, none),
      row("it has begun", failing, failover, Action::wait, failing_over, sentinel, none),
      row("it does not end", failing, failover, Action::be_closed_master, failing_over, sentinel,
          enough),
      row("it is refused", calm, failover, Action::be_master, named_and_fresh, nobody, enough),
      row("the heir hangs", hanging, failover, Action::be_master, named_and_fresh, nobody, none),
      row("nobody else", {name(me), {}}, failover, Action::be_master, named_and_fresh, nobody,
          none),
      row("somebody else is named", {name(b), {master(b)}}, restart, Action::be_replica,
          named_master_lives, b, none),
  });
}

}  // namespace
}  // namespace dkr
