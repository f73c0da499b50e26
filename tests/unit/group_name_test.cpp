#include "dkr/core/decide/group_name.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "dkr/core/base/timing.hpp"
#include "dkr/core/decide/sentinel_master.hpp"
#include "dkr/core/view/group_format.hpp"
#include "start_role_rows.hpp"

namespace dkr {
namespace {

using enum RoleCase::Kind;
using Action = RoleAction;
using Names = std::vector<std::string>;
using Sentinels = std::vector<SentinelView>;

/// A sentinel that answers, and knows only these groups.
SentinelView knows(std::size_t which, Names groups) {
  SentinelView view;
  view.at = sentinel_at(which);
  view.id = ids.at(which);
  view.groups = std::move(groups);
  return view;
}

SentinelView fails(std::size_t which, Failure::Kind kind) {
  return unanswered<SentinelView>(sentinel_at(which), {kind, "why"});
}

const SentinelView blank = knows(1, {});
const SentinelView strange = knows(0, {"mymaster"});

struct NameRow {
  std::string what;
  Sentinels sentinels;
  std::optional<std::string> name;
  std::chrono::milliseconds waited{0};
};

TEST(GroupName, IsTheOnlyOneThatTheSentinelsKnow) {
  using enum Failure::Kind;
  const std::vector<NameRow> rows{
      {"one", {strange}, "mymaster"},
      {"three", {strange, knows(1, {"mymaster"}), knows(2, {"mymaster"})}, "mymaster"},
      {"beside one that knows nobody", {strange, blank}, "mymaster"},
      {"beside one that does not run", {strange, fails(1, refused_connection)}, "mymaster"},
      {"beside one that is silent", {strange, fails(1, silent)}, {}},
      {"beside one without an address", {strange, fails(1, unresolved)}, {}},
      {"silent for long", {strange, fails(1, silent)}, "mymaster", silent_server_grace},
      {"beside one that refuses", {strange, fails(1, refused_by_server)}, {}, 24h},
      {"two", {knows(0, {"mymaster", "cache"})}, {}, 24h},
      {"one each", {strange, knows(1, {"cache"})}, {}, 24h},
      {"beside one that knows this group", {strange, names(a, 1)}, {}, 24h},
      {"nobody", {blank}, {}, 24h},
      {"no sentinel", {}, {}, 24h},
      {"no name", {knows(0, {"my master"})}, {}, 24h},
  };
  Settings given = usual();
  given.group.given = true;
  for (const NameRow& row : rows) {
    const GroupView view{row.sentinels, {}};
    EXPECT_EQ(only_group(usual(), "", view, row.waited), row.name) << row.what;
    EXPECT_EQ(only_group(given, "", view, row.waited), std::nullopt) << row.what;
    EXPECT_EQ(only_group(usual(), "redis", view, row.waited), std::nullopt) << row.what;
  }
}

TEST(GroupName, OthersAreNamedToAPerson) {
  EXPECT_EQ(other_groups(blank), "does not know the group");
  EXPECT_EQ(other_groups(strange), "does not know the group, only mymaster");
  EXPECT_EQ(other_groups(knows(0, {"1", "2", "3", "4", "5"})),
            "does not know the group, only 1, 2, 3, 4, ...");
}

NodeData nothing() {
  NodeData data;
  data.role = NodeData::Role::none;
  return data;
}

NodeData data_of_master(const std::string& group) {
  NodeData data;
  data.role = NodeData::Role::master;
  data.has_data = true;
  data.group = group;
  data.reach = {"h", 10};
  return data;
}

TEST(GroupName, ThatNobodyKnowsLetsNoNodeServe) {
  Settings settings = usual();
  settings.sentinel_hosts.given = true;
  const Endpoint other = strange.at;
  const GroupView strangers{{strange, blank}, {}};
  const GroupView blanks{{blank}, {}};
  const std::chrono::milliseconds day = 24h;
  expect(
      {
          {"alone", nothing(), strangers, Action::wait, group_unknown, other},
          {"alone for long", nothing(), strangers, Action::wait, group_unknown, other, day},
          {"the first", nothing(), strangers, Action::wait, group_unknown, other, day, {}, {a, b}},
          {"the set one", nothing(), strangers, Action::wait, group_unknown, other, day, {a}},
          {"beside one that is silent",
           nothing(),
           {{fails(2, Failure::Kind::silent), strange}, {}},
           Action::wait,
           group_unknown,
           other,
           day},
          {"alone, and they know nobody", nothing(), blanks, Action::wait, group_unknown, blank.at,
           day},
          {"the first, and they know nobody",
           nothing(),
           {{blank}, {silent(b)}},
           Action::be_closed_master,
           first_peer,
           nobody,
           day,
           {},
           {a, b}},
          {"the set one, and they know nobody",
           nothing(),
           {{blank}, {silent(b)}},
           Action::be_master,
           set_master_is_me,
           nobody,
           day,
           {a}},
          {"a master is there",
           nothing(),
           {{strange}, {master(b)}},
           Action::be_replica,
           other_master_lives,
           b},
          {"nobody answers",
           nothing(),
           {{fails(0, Failure::Kind::refused_connection)}, {}},
           Action::be_master,
           alone,
           nobody,
           day},
          {"a former master", data_of_master("redis"), strangers, Action::wait, nobody_named},
          {"a former master, for long", data_of_master("redis"), strangers,
           Action::be_closed_master, nobody_named, nobody, day},
          {"one of them knows it",
           data_of_master("redis"),
           {{knows(1, {"mymaster"}), names(me, 0, 1, 1)}, {}},
           Action::be_master,
           named_and_fresh},
      },
      settings);
}

struct MasterRow {
  std::string what;
  GroupView view;
  MasterReason reason;
};

TEST(GroupName, ThatOthersDoNotKnowLetsNoSentinelMonitor) {
  const std::vector<MasterRow> rows{
      {"a master lives", {{strange}, {master(a)}}, MasterReason::sentinel_is_strange},
      {"one is blank", {{blank, strange}, {master(a)}}, MasterReason::sentinel_is_strange},
      {"all are blank", {{blank}, {master(a)}}, MasterReason::only_master},
      {"one knows it", {{strange, names(a, 1, 1, 1)}, {master(a)}}, MasterReason::sentinels_name},
      {"nobody answers", {{}, {master(a)}}, MasterReason::only_master},
  };
  for (const MasterRow& row : rows) {
    const MasterChoice choice = choose_master(row.view, {{}, false});
    EXPECT_EQ(choice.reason, row.reason) << row.what << ": " << describe(choice);
    EXPECT_EQ(choice.master.has_value(), row.reason != MasterReason::sentinel_is_strange);
  }
}

}  // namespace
}  // namespace dkr
