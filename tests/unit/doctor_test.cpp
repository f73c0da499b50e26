// What `doctor` finds: each trouble by itself in a group that is otherwise healthy, and nothing in
// one that is.

#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "dkr/core/doctor/diagnosis.hpp"
#include "dkr/core/doctor/nodes_diagnosis.hpp"
#include "views.hpp"

namespace dkr {
namespace {

using enum Trouble;
using std::chrono::milliseconds;

constexpr long long giga = 1LL << 30;

NodeExam exam(const NodeView& view) {
  NodeExam one{view};
  one.process = {view.run_id, 7, "/data/redis.conf", {false, 7, 2}, ClockSight{}};
  one.conf = ConfExam{{true, "print", "print", ""}, {}, 0, 511, true};
  one.used = giga / 100;
  return one;
}

NodeView with_id(NodeView view, const std::string& run_id) {
  view.run_id = run_id;
  view.link_up = view.role == NodeView::Role::replica;
  return view;
}

/// A group of three and three; this node is its master.
Symptoms healthy() {
  Symptoms all;
  GroupSymptoms group{"redis"};
  group.has_sentinels = true;
  group.view.sentinels = knowing(name(a), {b, c});
  for (SentinelView& sentinel : group.view.sentinels) {
    sentinel.quorum = 2;
    sentinel.down_after = milliseconds(5000);
    group.sentinels.push_back({sentinel.at, {}, {}, milliseconds(20'000), 1});
  }
  group.view.nodes = {with_id(master(a), "aa"), with_id(replica(b, a), "bb"),
                      with_id(replica(c, a), "cc")};
  for (const NodeView& node : group.view.nodes) {
    group.nodes.push_back(exam(node));
  }
  ServerSymptoms here{false, true, a};
  here.exam = group.nodes.front();
  here.process = here.exam.process;
  here.conf = "/data/redis.conf";
  here.announced = AnnouncedSymptoms{a};
  here.volume = VolumeSymptoms{"/data", 10 * giga, 5 * giga, giga};
  all.here = here;
  all.machine = {16 * giga, -1, 0, 0, 4096, true};
  all.times = {milliseconds(9000), {}, milliseconds(30'000)};
  all.groups = {group};
  return all;
}

GroupSymptoms& group_of(Symptoms& symptoms) {
  return symptoms.groups.front();
}
SentinelView& sentinel_of(Symptoms& symptoms, std::size_t which) {
  return group_of(symptoms).view.sentinels.at(which);
}
NodeExam& node_of(Symptoms& symptoms, std::size_t which) {
  return group_of(symptoms).nodes.at(which);
}
/// A data node that does not answer.
void silence(Symptoms& symptoms, std::size_t which, const Failure& why) {
  group_of(symptoms).view.nodes.at(which).failure = why;
  group_of(symptoms).nodes.erase(group_of(symptoms).nodes.begin() +
                                 static_cast<std::ptrdiff_t>(which));
}
/// So many sentinels that know of each other.
void sentinels(Symptoms& symptoms, std::size_t count) {
  const SentinelView before = sentinel_of(symptoms, 0);
  auto& all = group_of(symptoms).view.sentinels;
  all.clear();
  group_of(symptoms).sentinels.clear();
  for (std::size_t which = 0; which < count; ++which) {
    SentinelView one = names(a, which, 1, count);
    one.quorum = count < 2 ? 1 : before.quorum;
    one.down_after = before.down_after;
    one.replicas = before.replicas;
    all.push_back(one);
  }
}

struct Row {
  std::vector<Trouble> found;
  std::function<void(Symptoms&)> change;
};

const Failure no_answer{Failure::Kind::silent, "no answer in time"};
const Failure wrong_password{Failure::Kind::refused_by_server, "WRONGPASS"};

const std::vector<Row> rows{
    {{}, [](Symptoms&) {}},
    {{nobody_answers},
     [](Symptoms& all) {
       all.here.reset();
       all.groups.clear();
     }},
    {{}, [](Symptoms& all) { all.here.reset(); }},
    {{server_silent}, [](Symptoms& all) { all.here->failure = no_answer; }},
    {{login_refused}, [](Symptoms& all) { all.here->failure = wrong_password; }},
    {{login_refused}, [](Symptoms& all) { silence(all, 2, wrong_password); }},
    {{},
     [](Symptoms& all) {
       silence(all, 2, {Failure::Kind::refused_by_server, "LOADING the dataset"});
     }},
    {{access_denied}, [](Symptoms& all) { node_of(all, 1).denied = "NOPERM"; }},
    {{command_missing}, [](Symptoms& all) { node_of(all, 1).unknown = {"CONFIG"}; }},
    {{without_dkr_redis}, [](Symptoms& all) { all.here->bypass = 7; }},
    {{conf_not_rewritable}, [](Symptoms& all) { all.here->conf_obstacle = "Read-only"; }},
    {{volume_shared}, [](Symptoms& all) { all.here->volume->shared = "process 9 runs in it"; }},
    {{announced_unresolved},
     [](Symptoms& all) { all.here->announced->way = AnnouncedSymptoms::Way::unresolved; }},
    {{announced_elsewhere},
     [](Symptoms& all) { all.here->announced->way = AnnouncedSymptoms::Way::elsewhere; }},
    {{announced_silent},
     [](Symptoms& all) { all.here->announced->way = AnnouncedSymptoms::Way::silent; }},
    {{masterauth_missing}, [](Symptoms& all) { node_of(all, 0).conf->passwords.master = ""; }},
    {{masterauth_wrong}, [](Symptoms& all) { node_of(all, 0).conf->passwords.master = "other"; }},
    {{},
     [](Symptoms& all) {
       node_of(all, 0).conf->passwords.master = "other";
       node_of(all, 0).conf->passwords.master_user = "replicator";
     }},
    {{save_failed}, [](Symptoms& all) { all.here->exam.save_failed = true; }},
    {{disk_full}, [](Symptoms& all) { all.here->volume->free = giga / 10; }},
    {{disk_small},
     [](Symptoms& all) {
       all.here->volume->free = 2 * giga;
       all.here->volume->rewrite = 3 * giga;
     }},
    {{},
     [](Symptoms& all) {
       all.here->volume->size = 10'000 * giga;
       all.here->volume->free = 100 * giga;
     }},
    {{maxmemory_above_limit},
     [](Symptoms& all) {
       all.machine.memory_limit = giga;
       all.here->exam.conf->maxmemory = giga;
     }},
    {{maxmemory_above_limit, overcommit},
     [](Symptoms& all) { all.here->exam.conf->maxmemory = 17 * giga; }},
    {{maxmemory_near_limit},
     [](Symptoms& all) {
       all.machine.memory_limit = giga;
       all.here->exam.conf->maxmemory = giga / 10 * 9;
     }},
    {{maxmemory_unset}, [](Symptoms& all) { all.machine.memory_limit = giga; }},
    {{},
     [](Symptoms& all) {
       all.machine.memory_limit = giga;
       all.here->exam.conf->maxmemory = giga / 2;
     }},
    {{memory_kills}, [](Symptoms& all) { all.machine.memory_kills = 2; }},
    {{overcommit}, [](Symptoms& all) { all.here->exam.used = 9 * giga; }},
    {{},
     [](Symptoms& all) {
       all.here->exam.used = 9 * giga;
       all.machine.overcommit = 1;
     }},
    {{huge_pages}, [](Symptoms& all) { all.here->exam.conf->shuns_huge_pages = false; }},
    {{backlog_cut}, [](Symptoms& all) { all.machine.somaxconn = 128; }},
    {{stop_too_short}, [](Symptoms& all) { all.times.stop_timeout = milliseconds(2000); }},
    {{fence_too_late}, [](Symptoms& all) { all.times.fence_after = milliseconds(5000); }},
    {{}, [](Symptoms& all) { all.times.fence_after = milliseconds(2500); }},
    {{probe_before_failover}, [](Symptoms& all) { all.times.live_timeout = milliseconds(4000); }},
    {{paused},
     [](Symptoms& all) {
       for (SentinelView& sentinel : group_of(all).view.sentinels) {
         sentinel.paused_until = WallTime{std::chrono::hours(1)};
       }
     }},
    {{sentinels_differ},
     [](Symptoms& all) { sentinel_of(all, 0).paused_until = WallTime{std::chrono::hours(1)}; }},
    {{no_sentinel}, [](Symptoms& all) { group_of(all).view.sentinels.clear(); }},
    {{masters_differ}, [](Symptoms& all) { sentinel_of(all, 2).master = b; }},
    {{two_masters}, [](Symptoms& all) { node_of(all, 2).view.role = NodeView::Role::master; }},
    {{master_silent}, [](Symptoms& all) { silence(all, 0, no_answer); }},
    {{master_unseen},
     [](Symptoms& all) { sentinel_of(all, 1).flags = ServerFlags("master,s_down"); }},
    {{writes_refused}, [](Symptoms& all) { node_of(all, 0).conf->limits.to_write = no_writes; }},
    {{no_majority, sentinel_silent, sentinel_silent},
     [](Symptoms& all) { group_of(all).view.sentinels.resize(1); }},
    {{sentinel_silent}, [](Symptoms& all) { group_of(all).view.sentinels.pop_back(); }},
    {{sentinel_silent},
     [](Symptoms& all) {
       sentinel_of(all, 2) = unanswered<SentinelView>(sentinel_of(all, 2).at, no_answer);
     }},
    {{quorum_too_high},
     [](Symptoms& all) {
       for (SentinelView& sentinel : group_of(all).view.sentinels) {
         sentinel.quorum = 4;
       }
     }},
    {{quorum_of_one},
     [](Symptoms& all) {
       for (SentinelView& sentinel : group_of(all).view.sentinels) {
         sentinel.quorum = 1;
       }
     }},
    {{too_few_sentinels}, [](Symptoms& all) { sentinels(all, 1); }},
    {{quorum_of_one, too_few_sentinels},
     [](Symptoms& all) {
       sentinels(all, 2);
       for (SentinelView& sentinel : group_of(all).view.sentinels) {
         sentinel.quorum = 1;
       }
     }},
    {{even_sentinels}, [](Symptoms& all) { sentinels(all, 4); }},
    {{}, [](Symptoms& all) { sentinels(all, 5); }},
    {{sentinel_without_group, sentinel_silent},
     [](Symptoms& all) {
       SentinelView other;
       other.at = {"10.1.0.9", 26379};
       sentinel_of(all, 2) = other;
     }},
    {{sentinel_tilts}, [](Symptoms& all) { sentinel_of(all, 0).tilt = true; }},
    {{sentinels_differ}, [](Symptoms& all) { sentinel_of(all, 0).quorum = 3; }},
    {{sentinels_differ}, [](Symptoms& all) { sentinel_of(all, 0).down_after *= 2; }},
    {{sentinels_differ}, [](Symptoms& all) { group_of(all).sentinels[0].failover_timeout *= 2; }},
    {{sentinels_differ}, [](Symptoms& all) { group_of(all).sentinels[0].parallel_syncs = 2; }},
    {{down_after_short},
     [](Symptoms& all) {
       for (SentinelView& sentinel : group_of(all).view.sentinels) {
         sentinel.down_after = milliseconds(500);
       }
     }},
    {{failover_timeout_short},
     [](Symptoms& all) {
       for (SentinelExam& sentinel : group_of(all).sentinels) {
         sentinel.failover_timeout = milliseconds(5000);
       }
     }},
    {{node_silent}, [](Symptoms& all) { silence(all, 2, no_answer); }},
    {{replica_unlinked}, [](Symptoms& all) { node_of(all, 2).view.link_up = false; }},
    {{},
     [](Symptoms& all) {
       node_of(all, 2).view.link_up = false;
       node_of(all, 2).view.synchronizing = true;
     }},
    {{no_successor},
     [](Symptoms& all) {
       node_of(all, 1).view.priority = 0;
       node_of(all, 2).view.priority = 0;
     }},
    {{min_replicas},
     [](Symptoms& all) {
       group_of(all).view.nodes.pop_back();
       group_of(all).nodes.pop_back();
       node_of(all, 0).conf->limits = {1, 10};
       node_of(all, 1).conf->limits = {1, 10};
     }},
    {{},
     [](Symptoms& all) {
       node_of(all, 0).conf->limits = {1, 10};
     }},
    {{min_replicas},
     [](Symptoms& all) {
       node_of(all, 0).conf->limits = {2, 10};
     }},
    {{},
     [](Symptoms& all) {
       node_of(all, 0).conf->limits = {2, 2};
     }},  // a guard of the fence
    {{min_replicas, writes_refused},
     [](Symptoms& all) {
       node_of(all, 0).conf->limits = {no_writes, 10};
       all.here->users_limits = MinReplicas{2, 10};
     }},
    {{cannot_follow, cannot_follow, cannot_follow_later},
     [](Symptoms& all) {
       node_of(all, 1).process.version = {true, 8, 0};
       node_of(all, 0).process.version = {false, 7, 4};
       node_of(all, 2).process.version = {false, 7, 0};
     }},
    {{cannot_follow_later, cannot_follow_later},
     [](Symptoms& all) {
       node_of(all, 0).process.version = {false, 7, 0};
     }},
    {{clocks_differ},
     [](Symptoms& all) {
       node_of(all, 2).process.clock = ClockSight{milliseconds(-5000), {}};
     }},
    {{},
     [](Symptoms& all) {
       node_of(all, 2).process.clock = ClockSight{milliseconds(2500), milliseconds(900)};
     }},
};

std::multiset<std::string> names_of(const std::vector<Trouble>& troubles) {
  std::multiset<std::string> all;
  for (const Trouble trouble : troubles) {
    all.emplace(text_of(trouble).name);
  }
  return all;
}

std::vector<Trouble> kinds_of(const std::vector<Finding>& findings) {
  std::vector<Trouble> all;
  for (const Finding& finding : findings) {
    all.push_back(finding.what);
  }
  return all;
}

TEST(Doctor, FindsEachTroubleByItselfAndNothingInAHealthyGroup) {
  for (const Row& row : rows) {
    Symptoms symptoms = healthy();
    row.change(symptoms);
    const std::vector<Finding> found = diagnose(symptoms);
    EXPECT_EQ(names_of(kinds_of(found)), names_of(row.found))
        << "row " << &row - rows.data() << ":\n"
        << describe(found, {});
  }
}

TEST(Doctor, HasARowOfThisTableForEachTrouble) {
  std::set<std::string> tested;
  for (const Row& row : rows) {
    for (const std::string& name : names_of(row.found)) {
      tested.insert(name);
    }
  }
  for (const TroubleText& text : trouble_texts()) {
    EXPECT_TRUE(tested.contains(std::string(text.name))) << text.name;
  }
}

TEST(Doctor, FillsEachSentence) {
  for (const Row& row : rows) {
    Symptoms symptoms = healthy();
    row.change(symptoms);
    for (const Finding& finding : diagnose(symptoms)) {
      const std::string_view text = text_of(finding.what).sentence;
      EXPECT_EQ(std::count(text.begin(), text.end(), '%'),
                static_cast<std::ptrdiff_t>(finding.details.size()))
          << sentence_of(finding);
    }
  }
}

TEST(Doctor, ANodeWithoutAGroupIsExaminedAlone) {
  Symptoms alone = healthy();
  alone.groups.clear();
  alone.here->in_group = false;
  EXPECT_TRUE(diagnose(alone).empty());
  alone.here->exam.conf->shuns_huge_pages = false;
  EXPECT_EQ(kinds_of(diagnose(alone)), std::vector<Trouble>{huge_pages});
}

TEST(Doctor, WhatPassesIsToldOnlyIfItStays) {
  const Finding linkless{replica_unlinked, {"10.0.0.2:6379", "10.0.0.1:6379"}};
  const Finding other{replica_unlinked, {"10.0.0.3:6379", "10.0.0.1:6379"}};
  const Finding full{disk_full, {"/data", "1 MB", "1 GB"}};
  EXPECT_EQ(lasting({linkless}, {other, full}), std::vector<Finding>{full});
  EXPECT_EQ(lasting({linkless}, {linkless}), std::vector<Finding>{linkless});
  EXPECT_TRUE(may_pass({full, linkless}));
  EXPECT_FALSE(may_pass({full}));
}

TEST(Doctor, TellsTheWorstFirstAndEndsByIt) {
  const std::vector<Finding> found{{even_sentinels, {"redis", "4", "3"}},
                                   {save_failed, {"10.0.0.1:6379"}},
                                   {sentinel_tilts, {"10.1.0.1:26379"}}};
  const std::string text = describe(found, {"its files"});
  EXPECT_TRUE(text.starts_with("error: 10.0.0.1:6379 could not save its data the last time\n  "))
      << text;
  EXPECT_LT(text.find("\nwarning: "), text.find("\nnote: "));
  EXPECT_TRUE(text.ends_with("\nnot examined: its files\n")) << text;
  EXPECT_EQ(status_of(found), 2);
  EXPECT_EQ(status_of({found[2], found[0]}), 1);
  EXPECT_EQ(status_of({found[0]}), 0);
  EXPECT_EQ(describe({}, {}), "nothing found\n");
  EXPECT_EQ(status_of({}), 0);
  EXPECT_TRUE(to_json(found, {}).starts_with(
      R"({"findings":[{"severity":"error","finding":"save-failed","sentence":")"));
  EXPECT_EQ(to_json({}, {"a \"b\""}), R"({"findings":[],"unseen":["a \"b\""]})");
}

TEST(Doctor, KnowsWhichVersionsFollowWhich) {
  struct {
    ServerVersion replica;
    ServerVersion master;
    bool can;
  } const pairs[] = {
      {{false, 7, 0}, {false, 6, 2}, true},  {{false, 6, 2}, {false, 7, 0}, false},
      {{false, 7, 0}, {false, 7, 2}, false}, {{false, 7, 2}, {false, 7, 0}, true},
      {{false, 7, 2}, {false, 7, 4}, false}, {{false, 8, 0}, {false, 8, 2}, true},
      {{true, 8, 0}, {false, 7, 2}, true},   {{true, 9, 0}, {false, 8, 0}, false},
      {{true, 8, 1}, {true, 9, 0}, true},    {{false, 7, 2}, {true, 9, 0}, true},
      {{false, 7, 0}, {true, 8, 0}, false},  {{false, 6, 0}, {}, true},
  };
  for (const auto& [replica, master, can] : pairs) {
    EXPECT_EQ(can_follow(replica, master), can) << name_of(replica) << " of " << name_of(master);
  }
}

}  // namespace
}  // namespace dkr
