// Which sentinels a node tells that it is the master, and in which words.

#include "dkr/core/decide/repoint.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "views.hpp"

namespace dkr {
namespace {

using enum RoleCase::Kind;
using Commands = std::vector<std::vector<std::string>>;

const Endpoint was_me{"10.0.0.9", 6379};

std::vector<Repointing> told(const GroupView& view, RoleCase::Kind found) {
  static const Settings settings = usual();
  const NodeView own = master(me);
  const NodeData local = was_master;
  const RoleInputs inputs{{me}, {}, {}};
  return to_repoint({settings, local, view, inputs, &own}, found);
}

SentinelView knowing(SentinelView sentinel, const std::vector<Endpoint>& replicas) {
  for (const Endpoint& at : replicas) {
    sentinel.replicas.push_back({at, "", ServerFlags("slave")});
  }
  return sentinel;
}

TEST(RepointPlan, AnotherSentinelThatItKnowsSpeaks) {
  const auto all = told({{names(was_me, 0), names(was_me, 1), names(me, 2)}, {}}, moved);
  ASSERT_EQ(all.size(), 2U) << "one names this node already";
  EXPECT_EQ(all[0].sentinel, sentinel_at(0));
  EXPECT_EQ(all[0].speaker.id, ids[1]);
  EXPECT_EQ(all[1].sentinel, sentinel_at(1));
  EXPECT_EQ(all[1].speaker.id, ids[0]);
  const auto alone = told({{names(was_me, 0, 1, 1)}, {}}, moved);
  ASSERT_EQ(alone.size(), 1U);
  EXPECT_EQ(alone[0].speaker.id, "");
}

TEST(RepointPlan, ServersAreForgottenOnlyIfAllHaveMoved) {
  struct Row {
    const char* what;
    RoleCase::Kind found;
    std::vector<Endpoint> replicas;
    std::vector<NodeView> nodes;
    bool to_forget;
  };
  const std::vector<Row> rows{
      {"it knows none", moved, {}, {}, true},
      {"none answers", moved, {b, c}, {silent(b), silent(c)}, true},
      {"one has this node's address", moved, {me, c}, {silent(c)}, true},
      {"one answers", moved, {b, c}, {silent(b), replica(c, was_me)}, false},
      {"nobody moved", nobody_lives, {b, c}, {silent(b), silent(c)}, false},
      {"nor here", named_follows_me, {}, {replica(b, me)}, false},
  };
  for (const Row& row : rows) {
    const auto all = told({{knowing(names(was_me, 0), row.replicas)}, row.nodes}, row.found);
    ASSERT_EQ(all.size(), 1U) << row.what;
    EXPECT_EQ(all[0].to_forget, row.to_forget) << row.what;
  }
}

TEST(RepointPlan, WhereASentinelHasVotedSinceAllAreTold) {
  const GroupView view{{names(me, 0), names(was_me, 1), names(me, 2)}, {silent(b)}};
  const auto all = told(view, outvoted);
  ASSERT_EQ(all.size(), 3U);
  EXPECT_FALSE(all[0].to_forget) << "it names this node where it is";
  EXPECT_TRUE(all[1].to_forget);
}

TEST(RepointPlan, TheEpochIsNewerThanAllThatIsKnown) {
  const Settings settings = usual();
  const auto newer = [&](const GroupView& view, std::uint64_t voted) {
    const RoleInputs inputs{{me}, {}, {}, {}, AfterEnd::leave, {}, {}, {{}, "", voted}};
    return newer_epoch({settings, was_master, view, inputs});
  };
  EXPECT_EQ(newer({}, 0), 1U);
  GroupView view{{names(b, 0, 3), names(b, 1, 7), names(b, 2, 2)}, {}};
  EXPECT_EQ(newer(view, 0), 8U);
  view.sentinels[2].newest_epoch = 9;
  EXPECT_EQ(newer(view, 0), 10U) << "somebody voted";
  EXPECT_EQ(newer(view, 11), 12U) << "the watcher knows of another vote";
}

TEST(RepointPlan, TheWordsAreThoseOfAHello) {
  const KnownServer speaker{sentinel_at(1), "1a", {}};
  const std::string channel = "__sentinel__:hello";
  const std::vector<std::string> flush{"SENTINEL", "FLUSHCONFIG"};
  EXPECT_EQ(hello_commands({sentinel_at(0), speaker, false}, "g", me, 8),
            (Commands{{"PUBLISH", channel, "10.1.0.1,26379,1a,8,g,10.0.0.1,6379,8"}, flush}));
  EXPECT_EQ(hello_commands({sentinel_at(0), speaker, true}, "g", me, 8),
            (Commands{{"PUBLISH", channel, "10.1.0.1,26379,1a,8,g,10.0.0.1,6379,8"},
                      {"SENTINEL", "RESET", "g"},
                      flush}));
  const std::string nobody(40, '0');
  const std::string rest = "," + nobody + ",8,g,10.0.0.1,6379,8";
  EXPECT_EQ(hello_commands({sentinel_at(0), {}, false}, "g", me, 8),
            (Commands{{"PUBLISH", channel, "10.0.0.1,6379" + rest},
                      {"PUBLISH", channel, "10.0.0.1,65536" + rest},
                      flush}))
      << "who is made up is taken back";
}

}  // namespace
}  // namespace dkr
