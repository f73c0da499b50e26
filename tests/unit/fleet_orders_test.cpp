#include "dkr/core/decide/fleet_orders.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "dkr/core/base/codec.hpp"
#include "dkr/core/decide/fleet_format.hpp"
#include "views.hpp"

namespace dkr {
namespace {

using Kind = GroupDifference::Kind;
using Options = std::vector<GroupOption>;
using Texts = std::vector<std::string>;

/// A group as a sentinel tells it, with these values in place of the usual ones.
SeenGroup seen(const std::string& name, const Endpoint& master = b, const Options& other = {},
               const std::string& flags = "master") {
  SeenGroup group{name, master, ServerFlags(flags), 1, 3, 2};
  for (const auto& [option, value] :
       Options{{"quorum", "2"}, {"down-after-milliseconds", "5000"}, {"parallel-syncs", "1"}}) {
    const std::string* given = value_in(other, option);
    group.options.push_back({option, given == nullptr ? value : *given});
  }
  return group;
}

WantedGroup wanted(const std::string& name, const Options& options) {
  return {name, a, options, false};
}

FleetSentinel says(std::size_t which, std::vector<SeenGroup> groups) {
  return {sentinel_at(which), {}, ids.at(which), std::move(groups)};
}

struct Row {
  std::string what;
  std::vector<WantedGroup> wanted;
  std::vector<SeenGroup> seen;
  Texts differences;
};

TEST(FleetOrders, TellOnlyWhatDiffers) {
  const Options quorum{{"quorum", "3"}};
  const Options login{{"auth-user", "app"}, {"auth-pass", "s3cret"}};
  SeenGroup complete = seen("g");
  complete.options.insert(complete.options.end(), {{"auth-user", ""}, {"auth-pass", "other"}});
  const std::vector<Row> rows{
      {"nothing is wanted", {}, {seen("g")}, {}},
      {"all is as it is wanted", {wanted("g", {{"quorum", "2"}})}, {seen("g")}, {}},
      {"a learned master is kept", {wanted("g", {})}, {seen("g", c)}, {}},
      {"an option", {wanted("g", quorum)}, {seen("g")}, {"group g: quorum is 2, wanted is 3"}},
      {"of the right group",
       {wanted("k", quorum)},
       {seen("g"), seen("k")},
       {"group k: quorum is 2, wanted is 3"}},
      {"a group is missing", {wanted("k", quorum)}, {seen("g")}, {"group k: not monitored"}},
      {"one without a master is nobody's", {{"k", {}, quorum, false}}, {seen("g")}, {}},
      {"a group remains", {{"g", {}, {}, true}}, {seen("g")}, {"group g: still monitored"}},
      {"one is gone already", {{"k", {}, {}, true}}, {seen("g")}, {}},
      {"what is not told",
       {wanted("g", login)},
       {seen("g")},
       {"group g: auth-user app is wanted; a sentinel does not tell it",
        "group g: auth-pass *** is wanted; a sentinel does not tell it"}},
      {"what its configuration tells",
       {wanted("g", login)},
       {complete},
       {"group g: auth-user is not set, wanted is app",
        "group g: auth-pass is ***, wanted is another"}},
      {"while it fails over",
       {wanted("g", quorum), {"k", {}, {}, true}},
       {seen("g", b, {}, "master,s_down,o_down"), seen("k", b, {}, "master,failover_in_progress")},
       {"group g: quorum is 2, wanted is 3; it fails over, and is left alone",
        "group k: still monitored; it fails over, and is left alone"}},
      {"while one sentinel misses its master",
       {wanted("g", quorum)},
       {seen("g", b, {}, "master,s_down")},
       {"group g: quorum is 2, wanted is 3"}},
  };
  for (const Row& row : rows) {
    Texts texts;
    for (const GroupDifference& difference : differences(row.wanted, row.seen)) {
      texts.push_back(describe(difference));
    }
    EXPECT_EQ(texts, row.differences) << row.what;
  }
}

TEST(FleetOrders, AreCommandsOfSentinel) {
  const WantedGroup group = wanted("g", {{"quorum", "3"}, {"parallel-syncs", "2"}});
  using Commands = std::vector<Texts>;
  EXPECT_EQ(commands_for({Kind::differs, "g", {"quorum", "3"}}, group),
            (Commands{{"SENTINEL", "SET", "g", "quorum", "3"}}));
  EXPECT_EQ(commands_for({Kind::untold, "g", {"auth-pass", "pw"}}, group),
            (Commands{{"SENTINEL", "SET", "g", "auth-pass", "pw"}}));
  EXPECT_EQ(commands_for({Kind::remains, "g"}, group), (Commands{{"SENTINEL", "REMOVE", "g"}}));
  EXPECT_EQ(commands_for({Kind::missing, "g"}, group, c),
            (Commands{{"SENTINEL", "MONITOR", "g", "10.0.0.3", "6379", "3"},
                      {"SENTINEL", "SET", "g", "parallel-syncs", "2"}}));
}

TEST(FleetOrders, FollowTheMasterThatMostName) {
  EXPECT_EQ(commonly_named({}, "g"), std::nullopt);
  EXPECT_EQ(commonly_named({says(0, {seen("k")})}, "g"), std::nullopt);
  EXPECT_EQ(commonly_named({says(0, {seen("g", c)})}, "g"), c);
  EXPECT_EQ(commonly_named(
                {says(0, {seen("g", c)}), says(1, {seen("g", b)}), says(2, {seen("g", b)})}, "g"),
            b);
  SeenGroup newer = seen("g", b);
  newer.epoch = 2;
  EXPECT_EQ(commonly_named({says(0, {newer}), says(1, {seen("g", c)})}, "g"), b)
      << "the newer epoch";
}

TEST(FleetReport, HasALineForEachSentinelInStep) {
  const FleetView fleet{says(0, {seen("g")}), says(1, {seen("g", b, {{"quorum", "3"}})}),
                        says(2, {seen("g", c), seen("k")}),
                        unanswered<FleetSentinel>(sentinel_at(3), too_late())};
  const FleetReport report = report_on(fleet, common_options(fleet));
  EXPECT_EQ(report.text,
            "sentinel  10.1.0.0:26379  group k: not monitored\n"
            "sentinel  10.1.0.1:26379  group g: quorum is 3, wanted is 2\n"
            "sentinel  10.1.0.1:26379  group k: not monitored\n"
            "sentinel  10.1.0.2:26379  group g: names 10.0.0.3:6379, others name 10.0.0.2:6379\n"
            "sentinel  10.1.0.3:26379  no answer in time\n");
  EXPECT_FALSE(report.in_step);
  EXPECT_FALSE(report.all_answer);
  const FleetReport good = report_on({says(0, {seen("g")})}, {wanted("g", {{"auth-user", "app"}})});
  EXPECT_EQ(good.text, "sentinel  10.1.0.0:26379  in step\n");
  EXPECT_TRUE(good.in_step && good.all_answer);
  EXPECT_EQ(describe_groups(fleet),
            "group  g  master 10.0.0.2:6379, monitored by 3 of 3, quorum 2, "
            "down-after-milliseconds 5000, parallel-syncs 1\n"
            "group  k  master 10.0.0.2:6379, monitored by 1 of 3, quorum 2, "
            "down-after-milliseconds 5000, parallel-syncs 1\n");
}

TEST(FleetOrders, MendNothingThatIsOnlyUnusual) {
  const FleetView fleet{says(0, {seen("g")}), says(1, {seen("g", b, {{"parallel-syncs", "3"}})}),
                        says(2, {seen("g"), seen("k")})};
  const std::vector<WantedGroup> quorum{wanted("g", {{"quorum", "2"}}), {"k", {}, {}, true}};
  EXPECT_TRUE(differences(quorum, fleet[1].groups).empty());
  const auto all = with_common(quorum, fleet);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(describe(differences(all, fleet[1].groups).front()),
            "group g: parallel-syncs is 3, wanted is 1");
  EXPECT_EQ(describe(differences(all, fleet[2].groups).front()), "group k: still monitored");
}

TEST(FleetView, ReadsWhatSentinelsAndTheirConfigurationTell) {
  const auto text = [](const std::string& value) { return Reply{Reply::Kind::text, value, 0, {}}; };
  Reply fields{Reply::Kind::list, "", 0, {}};
  for (const char* word :
       {"name", "g", "ip", "10.0.0.2", "port", "6379", "flags", "master", "config-epoch", "4",
        "num-slaves", "2", "num-other-sentinels", "2", "quorum", "2", "failover-timeout", "9"}) {
    fields.items.push_back(text(word));
  }
  auto groups = seen_groups({Reply::Kind::list, "", 0, {fields}});
  ASSERT_EQ(groups.size(), 1U);
  EXPECT_EQ(groups[0].master, b);
  EXPECT_EQ(groups[0].sentinels, 3);
  EXPECT_EQ(*value_in(groups[0].options, "failover-timeout"), "9");
  EXPECT_EQ(*value_in(groups[0].options, "notification-script"), "");
  EXPECT_EQ(value_in(groups[0].options, "auth-user"), nullptr);
  add_untold(groups, Conf("sentinel auth-user g app\nsentinel auth-pass k pw\n").directives());
  EXPECT_EQ(*value_in(groups[0].options, "auth-user"), "app");
  EXPECT_EQ(*value_in(groups[0].options, "auth-pass"), "");
  EXPECT_EQ(*value_in(groups[0].options, "master-reboot-down-after-period"), "0");
  const auto again = decode<std::vector<SeenGroup>>(encode(groups));
  ASSERT_TRUE(again);
  EXPECT_EQ((*again)[0].options, groups[0].options);
  EXPECT_TRUE(seen_groups({Reply::Kind::error, "ERR", 0, {}}).empty());
}

}  // namespace
}  // namespace dkr
