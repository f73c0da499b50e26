// A pause of a group: how sentinels keep it, when it holds, and what it stops.

#include "dkr/core/view/pause.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "dkr/core/base/timing.hpp"
#include "dkr/core/conf/wanted_conf.hpp"
#include "dkr/core/decide/fleet_orders.hpp"
#include "dkr/core/decide/running_role.hpp"
#include "dkr/core/view/fleet_view.hpp"
#include "dkr/core/view/votes.hpp"
#include "fence_rows.hpp"
#include "views.hpp"

namespace dkr {
namespace {

using std::chrono::seconds;

constexpr WallTime today = std::chrono::sys_days{std::chrono::year{2026} / 12 / 1};
constexpr WallTime later = today + 30min;
constexpr WallTime never{};
constexpr auto slack = std::chrono::duration_cast<seconds>(pause_slack);

/// So many sentinels of this many that name a master and answer; the first of them are paused.
GroupView group(std::size_t known, std::size_t answer, std::size_t with) {
  GroupView view;
  for (std::size_t which = 0; which < answer; ++which) {
    view.sentinels.push_back(names(me, which, 1, known));
    view.sentinels.back().quorum = 2;
    view.sentinels.back().paused_until = which < with ? later : never;
  }
  return view;
}

TEST(Pause, IsKeptInAQuorumTogetherWithTheUsersOwn) {
  for (const int own : {1, 2, 5, greatest_paused_quorum}) {
    for (const seconds length : {0s, 60s, 1800s, 86400s * 365 * 20}) {
      const int value = with_pause(own, today + length);
      EXPECT_EQ(quorum_in(value).own, own) << value;
      EXPECT_EQ(to_text(quorum_in(value).paused_until), to_text(today + length)) << value;
    }
  }
  EXPECT_EQ(quorum_in(with_pause(2, today + 1s)).paused_until, today + 60s);
  EXPECT_EQ(quorum_in(with_pause(greatest_paused_quorum, WallTime::max())).own,
            greatest_paused_quorum);
}

TEST(Pause, IsNoQuorumOfTheUsers) {
  for (const int value : {0, 1, 2, greatest_paused_quorum + 1, 1'000'000, (1 << 30) - 1}) {
    EXPECT_EQ(quorum_in(value).own, value);
    EXPECT_EQ(quorum_in(value).paused_until, never) << value;
  }
  EXPECT_EQ(quorum_in(1 << 30).own, 1) << "Sentinel takes no 0";
}

TEST(Pause, HoldsWhereEverySentinelThatAnswersIsPaused) {
  struct Row {
    std::string what;
    GroupView view;
    bool kept;
    bool holds;
  };
  const std::vector<Row> rows{
      {"all three", group(3, 3, 3), true, true},
      {"two of three", group(3, 3, 2), true, false},
      {"two, and the third is silent", group(3, 2, 2), true, true},
      {"one of three", group(3, 3, 1), false, false},
      {"one, and the others are silent", group(3, 1, 1), false, false},
      {"none", group(3, 3, 0), false, false},
      {"nobody answers", {}, false, false},
      {"three of four", group(4, 4, 3), true, false},
      {"two of four", group(4, 2, 2), false, false},
      {"the only one", group(1, 1, 1), true, true},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(pause_of(row.view).kept == later, row.kept) << row.what;
    EXPECT_EQ(pause_of(row.view).holds == later, row.holds) << row.what;
  }
}

TEST(Pause, IsRememberedWhileMostSentinelsAreSilent) {
  const GroupPause known{later, later};
  EXPECT_EQ(pause_after(known, {}).kept, later);
  EXPECT_EQ(pause_after(known, {}).holds, later);
  EXPECT_EQ(pause_after(known, group(3, 1, 0)).kept, later);
  EXPECT_EQ(pause_after({}, group(3, 1, 1)).kept, never);
  EXPECT_EQ(pause_after(known, group(3, 2, 0)).kept, never) << "it was ended";
  EXPECT_EQ(pause_after({}, group(3, 2, 2)).kept, later);
}

TEST(Pause, SentinelsAreMadeToAgreeWithMost) {
  using Orders = std::vector<PauseOrder>;
  const auto orders = [](const GroupView& view, WallTime at) { return pause_orders(view, at); };
  const auto give = [](std::size_t which) {
    return PauseOrder{sentinel_at(which), with_pause(2, later), true};
  };
  const auto end = [](std::size_t which) { return PauseOrder{sentinel_at(which), 2, false}; };
  EXPECT_EQ(orders(group(3, 3, 3), today), Orders{});
  EXPECT_EQ(orders(group(3, 3, 0), today), Orders{});
  EXPECT_EQ(orders(group(3, 3, 2), today), Orders{give(2)}) << "one is new, or was started again";
  EXPECT_EQ(orders(group(3, 3, 1), today), Orders{end(0)}) << "one has not heard of the end";
  EXPECT_EQ(orders(group(3, 1, 1), today), Orders{}) << "most are silent";
  EXPECT_EQ(orders(group(3, 3, 3), later + slack - 1s), Orders{}) << "clocks differ";
  EXPECT_EQ(orders(group(3, 3, 3), later + slack), (Orders{end(0), end(1), end(2)}));
  EXPECT_EQ(orders(group(3, 1, 1), later + slack), Orders{end(0)});
  GroupView busy = group(3, 3, 2);
  busy.sentinels.back().busy = true;
  EXPECT_EQ(orders(busy, today), Orders{}) << "a failover runs";
  GroupView large = group(3, 3, 2);
  large.sentinels.back().quorum = greatest_paused_quorum + 1;
  EXPECT_EQ(orders(large, today), Orders{}) << "there is no room for its quorum";
  GroupView longer = group(3, 3, 3);
  longer.sentinels.front().paused_until = later + 1h;
  EXPECT_EQ(orders(longer, today), Orders{give(0)});
}

TEST(Pause, EndsBySomeSecondsLater) {
  EXPECT_EQ(quorum_after({2, never}, today), std::nullopt);
  EXPECT_EQ(quorum_after({2, later}, later + slack - 1s), std::nullopt);
  EXPECT_EQ(quorum_after({2, later}, later + slack), 2);
}

TEST(Pause, OutlivesAStartOfItsSentinel) {
  const std::string value = std::to_string(with_pause(2, later));
  Conf conf("sentinel monitor redis 10.0.0.1 6379 " + value +
            "\nsentinel monitor other 10.0.0.1 6380 2\n");
  Settings settings = usual();
  settings.quorum.value = 3;
  settings.quorum.given = true;
  shape_sentinel_conf(conf, settings, {}, {{"sentinel", {"monitor", "other", "a", "1", "4"}}});
  EXPECT_NE(conf.text().find("monitor redis 10.0.0.1 6379 " + std::to_string(with_pause(3, later)) +
                             "\n"),
            std::string::npos)
      << conf.text();
  EXPECT_NE(conf.text().find("monitor other 10.0.0.1 6380 4\n"), std::string::npos) << conf.text();
}

TEST(Pause, IsKeptWhereAnotherQuorumIsWanted) {
  Reply fields{Reply::Kind::list, "", 0, {}};
  for (const std::string& word : {std::string("name"), std::string("redis"), std::string("quorum"),
                                  std::to_string(with_pause(2, later))}) {
    fields.items.push_back({Reply::Kind::text, word, 0, {}});
  }
  const auto seen = seen_groups({Reply::Kind::list, "", 0, {fields}});
  ASSERT_EQ(seen.size(), 1U);
  const auto wanted = [](const std::string& quorum) {
    return WantedGroup{"redis", a, {{"quorum", quorum}}, false};
  };
  EXPECT_TRUE(differences({wanted("2")}, seen).empty());
  const auto found = differences({wanted("3")}, seen);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(commands_for(found[0], wanted("3")).front().back(),
            std::to_string(with_pause(3, later)));
}

TEST(Pause, KeepsTheFenceFromClosing) {
  const Sights two_away = heard(name(me), 1);
  const Sights down = heard(
      {seeing("s_down,master", names(me, 0)), seeing("s_down,master", names(me, 1)), names(me, 2)});
  const Sights failover =
      heard({seeing("master,failover_in_progress", names(me, 0)), names(me, 1), names(me, 2)});
  const Sights elsewhere = heard(name(b));
  const FenceReason held = FenceReason::paused;
  std::vector<FenceRow> rows{
      {"most sentinels are away, and all replicas", lonely, two_away, open, held},
      {"a guard ends", lonely, two_away, open, held, guarded},
      {"most find it down", both, down, open, held},
      {"all is well", both, heard(name(me)), open, held},
      {"another was promoted by hand", both, elsewhere, closed, replaced},
      {"a failover was asked for", both, failover, closed, failing_over},
      {"it is closed, and cannot ask", lonely, two_away, closed, cut_off, closed},
      {"it is closed, and named", both, heard(name(me)), open, named, closed},
  };
  for (FenceRow& row : rows) {
    row.paused = true;
  }
  expect(rows);
}

TEST(Pause, KeepsARunningNodeAsItIs) {
  const NodeView own = master(me);
  const GroupView view{name(b), {master(b)}};
  StateNote note;
  note.group = "redis";
  const NodeData local = data_of(own, note);
  RoleInputs inputs{{me}, {}, {}};
  const Settings settings = usual();
  const auto decide = [&] {
    return decide_running_role({settings, local, view, inputs, &own}, 1h).action;
  };
  EXPECT_EQ(decide(), RunningAction::follow);
  inputs.paused = true;
  EXPECT_EQ(decide(), RunningAction::stay);
}

TEST(Pause, HasALengthAndAnEndThatPeopleRead) {
  EXPECT_EQ(to_text(today + 3h + 7min + 5s), "2026-12-01 03:07:05 UTC");
  EXPECT_EQ(parse_length("90s"), 90s);
  EXPECT_EQ(parse_length("30m"), 30min);
  EXPECT_EQ(parse_length("2h"), 2h);
  EXPECT_EQ(parse_length("7d"), 168h);
  for (const char* bad : {"", "s", "0m", "-1m", "30", "30 m", "1w", "99999999999999999999h"}) {
    EXPECT_EQ(parse_length(bad), std::nullopt) << bad;
  }
}

}  // namespace
}  // namespace dkr
