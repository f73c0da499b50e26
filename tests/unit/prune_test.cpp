#include "dkr/core/decide/prune.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "dkr/core/base/timing.hpp"

namespace dkr {
namespace {

using enum PruneReason;

constexpr TimePoint start{};
constexpr Duration after = 60s;
const Endpoint master{"10.0.0.1", 6379};

Endpoint at(int number) {
  return {"10.0.1." + std::to_string(number), 26379};
}

std::string id(int number) {
  return std::string(38, '0') + std::to_string(10 + number);
}

Endpoint replica(int number) {
  return {"10.0.0." + std::to_string(number), 6379};
}

/// A sentinel that knows these others, and calls these down.
SentinelView sentinel(int number, const std::vector<int>& living, const std::vector<int>& dead) {
  SentinelView view;
  view.at = at(number);
  view.id = id(number);
  view.knows_group = true;
  view.master = master;
  view.flags = ServerFlags("master");
  view.quorum = 2;
  view.down_after = 5s;
  for (const int other : living) {
    if (other != number) {
      view.sentinels.push_back({at(other), id(other), ServerFlags("sentinel")});
    }
  }
  for (const int other : dead) {
    view.sentinels.push_back({at(other), id(other), ServerFlags("s_down,sentinel,disconnected")});
  }
  view.replicas.push_back({replica(2), "", ServerFlags("slave")});
  return view;
}

/// What sentinel 1 sees when these live, and these are dead and gone.
PruneLook look_of(const std::vector<int>& living, const std::vector<int>& dead, int own = 1) {
  PruneLook look{sentinel(own, living, dead)};
  for (const int other : living) {
    if (other != own) {
      look.others.push_back(sentinel(other, living, dead));
    }
  }
  for (const int other : dead) {
    look.gone.push_back({at(other), id(other), false});
  }
  look.master_lives = true;
  return look;
}

/// What is remembered of a group in which everybody was alive, then these have been gone for long.
PruneMemory memory_of(const PruneLook& before, const PruneLook& look) {
  PruneMemory memory;
  remember(memory, before, start);
  remember(memory, look, start + 1s);
  return memory;
}

const TimePoint later = start + 1s + after;

struct Row {
  std::string what;
  std::function<void(PruneLook&)> change;
  PruneReason reason;
};

TEST(Prune, ForgetsOnlyInAGroupThatIsWell) {
  const auto nothing = [](PruneLook&) {};
  const std::vector<Row> rows{
      {"all is well", nothing, forgets},
      {"nobody is down",
       [](PruneLook& look) { look.own.sentinels.back().flags = ServerFlags("sentinel"); },
       nobody_down},
      {"the master is down", [](PruneLook& look) { look.own.flags = ServerFlags("s_down,master"); },
       master_missed},
      {"the master has not answered lately", [](PruneLook& look) { look.own.silence = 4s; },
       master_missed},
      {"the sentinel only observes", [](PruneLook& look) { look.own.tilt = true; }, master_missed},
      {"the master says that it is none", [](PruneLook& look) { look.master_lives = false; },
       master_missed},
      {"it fails over", [](PruneLook& look) { look.own.busy = true; }, failing_over},
      {"sentinels agree that the master is down",
       [](PruneLook& look) { look.others[0].flags = ServerFlags("s_down,o_down,master"); },
       failing_over},
      {"another one fails over", [](PruneLook& look) { look.others[1].busy = true; }, failing_over},
      {"another one misses the master",
       [](PruneLook& look) { look.others[1].flags = ServerFlags("s_down,master"); }, master_missed},
      {"another one is paused",
       [](PruneLook& look) { look.others[1].paused_until = WallTime{} + 1s; }, PruneReason::paused},
      {"another one names another master",
       [](PruneLook& look) { look.others[1].master = replica(2); }, differ},
      {"another one does not answer",
       [](PruneLook& look) {
         look.others[1].failure = Failure{Failure::Kind::silent, "no answer"};
       },
       sentinel_silent},
      {"another one was not found", [](PruneLook& look) { look.others.pop_back(); },
       sentinel_silent},
      {"another one does not know ours",
       [](PruneLook& look) { look.others[0].sentinels.erase(look.others[0].sentinels.begin()); },
       relearning},
      {"another one calls it alive",
       [](PruneLook& look) { look.others[0].sentinels.back().flags = ServerFlags("sentinel"); },
       unproven},
  };
  const PruneLook before = look_of({1, 2, 3, 4}, {});
  for (const Row& row : rows) {
    PruneLook look = look_of({1, 2, 3}, {4});
    const PruneMemory memory = memory_of(before, look);
    row.change(look);
    const PruneVerdict verdict = judge_prune(memory, look, {after}, later);
    EXPECT_EQ(verdict.reason, row.reason) << row.what << ": " << describe(verdict);
    EXPECT_EQ(verdict.sentinels.size(), row.reason == forgets ? 1U : 0U) << row.what;
  }
}

TEST(Prune, WaitsUntilAServerHasBeenGoneForLong) {
  PruneLook look = look_of({1, 2, 3}, {4});
  PruneMemory memory = memory_of(look_of({1, 2, 3, 4}, {}), look);
  EXPECT_EQ(judge_prune(memory, look, {after}, later - 1ms).reason, lately);
  look.gone.clear();
  remember(memory, look, start + 30s);
  EXPECT_EQ(judge_prune(memory, look, {after}, later).reason, unproven)
      << "its name is back, or the name service does not answer";
  look.gone = {{at(4), id(4), false}};
  remember(memory, look, start + 40s);
  EXPECT_EQ(judge_prune(memory, look, {after}, later).reason, lately) << "it begins anew";
  EXPECT_EQ(judge_prune(memory, look, {after}, start + 40s + after).reason, forgets);
}

TEST(Prune, IsNotDoneOnTheSmallerSideOfAPartition) {
  const PruneLook five = look_of({1, 2, 3, 4, 5}, {});
  const PruneLook smaller = look_of({1, 2}, {3, 4, 5});
  EXPECT_EQ(judge_prune(memory_of(five, smaller), smaller, {after}, later).reason, minority);
  const PruneLook larger = look_of({1, 2, 3}, {4, 5});
  EXPECT_EQ(judge_prune(memory_of(five, larger), larger, {after}, later).reason, forgets);
  const PruneLook half = look_of({1, 2}, {3, 4});
  EXPECT_EQ(judge_prune(memory_of(look_of({1, 2, 3, 4}, {}), half), half, {after}, later).reason,
            minority);
  PruneMemory fresh;
  remember(fresh, smaller, start + 1s);
  EXPECT_EQ(judge_prune(fresh, smaller, {after}, later).reason, minority)
      << "a watcher that began after the partition";
  PruneLook replaced = smaller;
  for (GoneServer& gone : replaced.gone) {
    gone.replaced = true;
  }
  PruneMemory sure;
  remember(sure, replaced, start + 1s);
  EXPECT_EQ(judge_prune(sure, replaced, {after}, later).reason, forgets)
      << "others answer where they were";
  PruneLook alone = look_of({1}, {2});
  alone.own.quorum = 2;
  PruneMemory one;
  alone.gone[0].replaced = true;
  remember(one, alone, start + 1s);
  EXPECT_EQ(judge_prune(one, alone, {after}, later).reason, minority) << "fewer than the quorum";
}

TEST(Prune, ForgetsThoseThatWereReplacedOneByOne) {
  PruneMemory memory;
  std::vector<int> dead;
  TimePoint now = start;
  for (int third = 3; third < 8; ++third) {
    remember(memory, look_of({1, 2, third}, dead), now += 5s);
    dead.push_back(third);
  }
  const PruneLook look = look_of({1, 2, 8}, dead);
  remember(memory, look, now += 5s);
  const PruneVerdict verdict = judge_prune(memory, look, {after}, now + after);
  EXPECT_EQ(verdict.reason, forgets) << describe(verdict);
  EXPECT_EQ(verdict.sentinels.size(), 5U) << "three live, of three that ever did at once";

  PruneMemory between;
  remember(between, look_of({1, 2, 3}, {}), start);
  remember(between, look, start + 5s);
  EXPECT_EQ(judge_prune(between, look, {after}, start + 5s + after).reason, forgets)
      << "who came since the first look has said hello";

  PruneMemory fresh;
  remember(fresh, look, start);
  EXPECT_EQ(judge_prune(fresh, look, {after}, start + after).reason, minority)
      << "a new watcher has seen none of them";
  EXPECT_EQ(judge_prune(fresh, look, {0ms, true}, start).reason, forgets) << "a person has";
}

TEST(Prune, OfThoseWithoutWhomAFailoverIsPossibleWaitsForNobody) {
  PruneLook look = look_of({1, 2, 3}, {4, 5, 6}, 3);
  for (SentinelView* view : {&look.own, &look.others[0], &look.others[1]}) {
    view->replicas.push_back({replica(4), "", ServerFlags("s_down,slave,disconnected")});
  }
  look.gone.push_back({replica(4), "", false});
  PruneMemory memory;
  std::vector<int> dead;
  for (const int fourth : {4, 5, 6}) {
    remember(memory, look_of({1, 2, 3, fourth}, dead, 3), start);
    dead.push_back(fourth);
  }
  remember(memory, look, start + 1s);
  const PruneVerdict verdict = judge_prune(memory, look, {after}, later);
  EXPECT_EQ(verdict.reason, forgets) << describe(verdict);
  EXPECT_EQ(verdict.sentinels.size(), 3U);
  EXPECT_TRUE(verdict.replicas.empty()) << "in its turn";
}

TEST(Prune, GoesFromOneSentinelToTheNext) {
  const PruneLook before = look_of({1, 2, 3, 4}, {});
  PruneLook look = look_of({1, 2, 3}, {4}, 2);
  PruneMemory memory = memory_of(look_of({1, 2, 3, 4}, {}, 2), look);
  const PruneVerdict verdict = judge_prune(memory, look, {after}, later);
  EXPECT_EQ(verdict.reason, others_turn);
  EXPECT_EQ(verdict.about, at(1));
  EXPECT_EQ(judge_prune(memory, look, {after}, later + 2 * prune_interval).reason, forgets)
      << "nobody watches that one";
  EXPECT_EQ(judge_prune(memory, look, {0ms, true}, later).reason, forgets) << "by hand";

  look.others[0] = sentinel(1, {1, 2, 3}, {});
  remember(memory, look, later);
  EXPECT_EQ(judge_prune(memory, look, {after}, later).reason, between);
  EXPECT_EQ(judge_prune(memory, look, {after}, later + prune_interval - 1ms).reason, between);
  EXPECT_EQ(judge_prune(memory, look, {after}, later + prune_interval).reason, forgets);
}

TEST(Prune, ForgetsReplicasThatAreGone) {
  PruneLook look = look_of({1, 2, 3}, {});
  for (SentinelView* view : {&look.own, &look.others[0], &look.others[1]}) {
    view->replicas.push_back({replica(4), "", ServerFlags("s_down,slave,disconnected")});
  }
  look.gone.push_back({replica(4), "", false});
  PruneMemory memory = memory_of(look_of({1, 2, 3}, {}), look);
  const PruneVerdict verdict = judge_prune(memory, look, {after}, later);
  EXPECT_EQ(verdict.reason, forgets) << describe(verdict);
  EXPECT_EQ(verdict.replicas, std::vector<Endpoint>{replica(4)});
  look.others[0].replicas.back().flags = ServerFlags("slave");
  EXPECT_EQ(judge_prune(memory, look, {after}, later).reason, unproven);
}

std::string text_of(const std::vector<std::vector<std::string>>& commands) {
  std::string text;
  for (const auto& command : commands) {
    for (const std::string& word : command) {
      text += word + ' ';
    }
    text.back() = '\n';
  }
  return text;
}

TEST(Prune, ASentinelGoesByAHelloAndReplicasByAReset) {
  SentinelView own = sentinel(1, {1, 2}, {3});
  own.replicas.push_back({replica(4), "", ServerFlags("s_down,slave")});
  PruneVerdict verdict{forgets, {}, {own.sentinels[1]}, {}};
  const std::string farewell =
      "PUBLISH __sentinel__:hello 0.0.0.0,65536," + id(3) + ",0,redis,10.0.0.1,6379,0\n";
  EXPECT_EQ(text_of(forget_commands(verdict, own, "redis")), farewell + "SENTINEL FLUSHCONFIG\n");
  verdict.replicas = {replica(4)};
  EXPECT_EQ(text_of(forget_commands(verdict, own, "redis")),
            farewell + "SENTINEL RESET redis\nPUBLISH __sentinel__:hello 10.0.1.2,26379," + id(2) +
                ",0,redis,10.0.0.1,6379,0\nSENTINEL FLUSHCONFIG\n");
  own.sentinels[1].flags = ServerFlags("sentinel");
  own.replicas.back().flags = ServerFlags("slave");
  EXPECT_EQ(text_of(forget_commands(verdict, own, "redis")), "SENTINEL FLUSHCONFIG\n")
      << "they are back";
}

TEST(Prune, WhoHasForgottenKnowsTheOthersAgain) {
  const SentinelView before = sentinel(1, {1, 2, 3}, {4});
  EXPECT_TRUE(has_relearnt(before, sentinel(1, {1, 2, 3}, {})));
  EXPECT_FALSE(has_relearnt(before, sentinel(1, {1, 2}, {})));
  SentinelView after_reset = sentinel(1, {1, 2, 3}, {});
  after_reset.sentinels[0].flags = ServerFlags("sentinel,disconnected");
  EXPECT_FALSE(has_relearnt(before, after_reset)) << "no connection yet";
  after_reset = sentinel(1, {1, 2, 3}, {});
  after_reset.replicas.clear();
  EXPECT_FALSE(has_relearnt(before, after_reset)) << "the master has not told its replicas yet";
}

TEST(Prune, EveryReasonIsAClause) {
  for (int reason = 0; reason <= static_cast<int>(last_of(PruneReason{})); ++reason) {
    EXPECT_FALSE(describe({static_cast<PruneReason>(reason), master}).empty()) << reason;
  }
}

}  // namespace
}  // namespace dkr
