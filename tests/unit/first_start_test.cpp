// Which role a data node takes that has no data yet.

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

}  // namespace
}  // namespace dkr
